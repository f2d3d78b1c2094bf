//! How a database comes to have its schema, and which databases cannot have one.

use webhook_runtime::inbox::{Enqueued, Inbox};
use webhook_runtime::postgres::{Postgres, PostgresError, PostgresInbox, PostgresStore};

use crate::server::{Shared, delivery, done, in_order, take_one};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_processes_make_it_at_once() {
    let Some(shared) = Shared::new("migrate").await else {
        return;
    };
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            // Connections of its own, as a process has them.
            let database = shared.database().connections(1);
            tokio::spawn(async move { database.migrate().await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(shared.number("SELECT count(*) FROM version").await, 1);
    shared.clear().await;
}

#[tokio::test]
async fn a_newer_one_is_refused() {
    let Some(shared) = Shared::new("newer").await else {
        return;
    };
    shared.database().migrate().await.unwrap();
    let newer = "UPDATE version SET version = 7";
    shared.client().await.execute(newer, &[]).await.unwrap();
    for error in [
        PostgresStore::open(&shared.database()).await.unwrap_err(),
        PostgresInbox::open(&shared.database()).await.unwrap_err(),
    ] {
        let said = format!(
            "the schema {:?} has version 7, which a newer version of webhook-runtime has made; \
             the newest known here is 1: update this program",
            shared.schema
        );
        assert_eq!(error.to_string(), said);
    }
    shared.clear().await;
}

#[tokio::test]
async fn who_looks_makes_none() {
    let Some(shared) = Shared::new("look").await else {
        return;
    };
    let refused = PostgresInbox::open_existing(&shared.database()).await;
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("start the program that works it"), "{said}");
    let count = format!(
        "SELECT count(*) FROM pg_namespace WHERE nspname = '{}'",
        shared.schema
    );
    assert_eq!(shared.number(&count).await, 0);
    let working = shared.inbox().await;
    working.enqueue(&delivery("msg_1")).await.unwrap();
    let looking = PostgresInbox::open_existing(&shared.database()).await;
    assert_eq!(looking.unwrap().summary().await.unwrap().len(), 1);
    let newer = "UPDATE version SET version = 7";
    shared.client().await.execute(newer, &[]).await.unwrap();
    let refused = PostgresInbox::open_existing(&shared.database()).await;
    assert!(refused.is_err(), "a newer one is refused");
    shared.clear().await;
}

#[tokio::test]
async fn its_name_may_be_any() {
    for name in ["q\"'; DROP SCHEMA public; --", "Größe", "{schema}", "$1"] {
        let Some(mut shared) = Shared::new("name").await else {
            return;
        };
        let name = format!("{name}{}", std::process::id());
        let database = shared.database().schema(&name);
        let inbox = PostgresInbox::open(&database).await.unwrap();
        assert_eq!(
            inbox.enqueue(&in_order("msg_1", "order")).await.unwrap(),
            Enqueued::Stored
        );
        inbox
            .wait("app", std::time::Duration::from_millis(300))
            .await;
        done(&inbox, take_one(&inbox).await.token).await;
        PostgresStore::open(&database).await.unwrap();
        shared.schema = name.replace('"', "\"\"");
        shared.clear().await;
    }
}

#[tokio::test]
async fn names_that_cannot_be_one_are_refused() {
    let database = Postgres::new("postgres://127.0.0.1/test").unwrap();
    for name in ["", "nul\0", &"x".repeat(51)] {
        let error = database.clone().schema(name).migrate().await.unwrap_err();
        assert!(matches!(error, PostgresError::SchemaName(_)), "{error}");
    }
}

#[tokio::test]
async fn a_database_of_another_encoding_is_refused() {
    let Some(shared) = Shared::new("encoding").await else {
        return;
    };
    let name = format!("webhook_latin1_{}", std::process::id());
    let admin = shared.client().await;
    let create = format!("CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    admin.batch_execute(&create).await.unwrap();
    let mut config: webhook_runtime::postgres::tokio_postgres::Config =
        shared.url().parse().unwrap();
    config.dbname(&name);
    let database = Postgres::with_tls(config, webhook_runtime::postgres::tokio_postgres::NoTls);
    let error = database.migrate().await.unwrap_err().to_string();
    assert_eq!(
        error,
        "the database has the encoding LATIN1: create one with the encoding UTF8"
    );
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.batch_execute(&drop).await.unwrap();
}

#[tokio::test]
async fn a_role_that_may_not_make_it_uses_what_is_there() {
    let Some(shared) = Shared::new("role").await else {
        return;
    };
    shared.database().migrate().await.unwrap();
    let (admin, role) = (
        shared.client().await,
        format!("webhook_role_{}", std::process::id()),
    );
    let schema = &shared.schema;
    admin
        .batch_execute(&format!(
            "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA \"{schema}\" TO {role};
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \"{schema}\" TO {role};
             GRANT USAGE ON ALL SEQUENCES IN SCHEMA \"{schema}\" TO {role};
             ALTER ROLE {role} SET default_transaction_isolation = 'serializable'"
        ))
        .await
        .unwrap();
    let mut config: webhook_runtime::postgres::tokio_postgres::Config =
        shared.url().parse().unwrap();
    config.user(&role);
    let database = Postgres::with_tls(config, webhook_runtime::postgres::tokio_postgres::NoTls);
    let inbox = PostgresInbox::open(&database.schema(schema)).await.unwrap();
    inbox.enqueue(&in_order("msg_1", "order")).await.unwrap();
    inbox.enqueue(&delivery("msg_2")).await.unwrap();
    for taken in inbox.lease("app", 5, crate::server::LONG).await.unwrap() {
        done(&inbox, taken.token).await;
    }
    drop(inbox);
    let drop = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    admin.batch_execute(&drop).await.unwrap();
    shared.clear().await;
}
