//! Creation and migration of the schema, and databases that do not support it.

use webhook_runtime::inbox::{Enqueued, Inbox};
use webhook_runtime::postgres::{Postgres, PostgresError, PostgresInbox, PostgresStore};
use webhook_stores::{LONG, delivery, ordered_delivery};

use crate::server::{SharedServer, complete_done, lease_one};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn schema_can_be_created_by_many_processes_at_the_same_time() {
    let Some(shared) = SharedServer::new("migrate").await else {
        return;
    };
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            // Separate connections, like those of a process.
            let database = shared.database().max_connections(1);
            tokio::spawn(async move { database.migrate().await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(shared.query_number("SELECT count(*) FROM version").await, 1);
    shared.clean_up().await;
}

#[tokio::test]
async fn newer_schema_is_rejected() {
    let Some(shared) = SharedServer::new("newer").await else {
        return;
    };
    shared.database().migrate().await.unwrap();
    let newer = "UPDATE version SET version = 7";
    shared.client().await.execute(newer, &[]).await.unwrap();
    for error in [
        PostgresStore::open(&shared.database()).await.unwrap_err(),
        PostgresInbox::open(&shared.database()).await.unwrap_err(),
    ] {
        let message = format!(
            "the schema {:?} has version 7, this program supports versions up to 1: \
             it was migrated by a newer webhook-runtime; update this program",
            shared.schema
        );
        assert_eq!(error.to_string(), message);
    }
    shared.clean_up().await;
}

#[tokio::test]
async fn open_existing_creates_no_schema() {
    let Some(shared) = SharedServer::new("open-existing").await else {
        return;
    };
    let rejected = PostgresInbox::open_existing(&shared.database()).await;
    let error = rejected.unwrap_err();
    let is_missing = matches!(error, PostgresError::OlderSchema { found: 0, .. });
    assert!(is_missing, "{error}");
    let count = format!(
        "SELECT count(*) FROM pg_namespace WHERE nspname = '{}'",
        shared.schema
    );
    assert_eq!(shared.query_number(&count).await, 0);
    let service = shared.inbox().await;
    service.enqueue(&delivery("msg_1")).await.unwrap();
    let existing = PostgresInbox::open_existing(&shared.database()).await;
    assert_eq!(existing.unwrap().summary().await.unwrap().len(), 1);
    let newer = "UPDATE version SET version = 7";
    shared.client().await.execute(newer, &[]).await.unwrap();
    let rejected = PostgresInbox::open_existing(&shared.database()).await;
    assert!(rejected.is_err(), "a newer schema is rejected");
    shared.clean_up().await;
}

#[tokio::test]
async fn schema_name_may_contain_any_character() {
    for name in ["q\"'; DROP SCHEMA public; --", "Größe", "{schema}", "$1"] {
        let Some(mut shared) = SharedServer::new("name").await else {
            return;
        };
        let name = format!("{name}{}", std::process::id());
        let database = shared.database().schema(&name);
        let inbox = PostgresInbox::open(&database).await.unwrap();
        assert_eq!(
            inbox
                .enqueue(&ordered_delivery("msg_1", "key"))
                .await
                .unwrap(),
            Enqueued::Stored
        );
        inbox
            .wait("app", std::time::Duration::from_millis(300))
            .await;
        complete_done(&inbox, lease_one(&inbox).await.token).await;
        PostgresStore::open(&database).await.unwrap();
        shared.schema = name.replace('"', "\"\"");
        shared.clean_up().await;
    }
}

#[tokio::test]
async fn invalid_schema_names_are_rejected() {
    let database = Postgres::new("postgres://127.0.0.1/test").unwrap();
    for name in ["", "nul\0", &"x".repeat(51)] {
        let error = database.clone().schema(name).migrate().await.unwrap_err();
        assert!(matches!(error, PostgresError::SchemaName(_)), "{error}");
    }
}

#[tokio::test]
async fn database_with_another_encoding_is_rejected() {
    let Some(shared) = SharedServer::new("encoding").await else {
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
        "unsupported database encoding LATIN1: create the database with the encoding UTF8"
    );
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.batch_execute(&drop).await.unwrap();
}

#[tokio::test]
async fn role_without_create_privilege_uses_an_existing_schema() {
    let Some(shared) = SharedServer::new("role").await else {
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
    inbox
        .enqueue(&ordered_delivery("msg_1", "key"))
        .await
        .unwrap();
    inbox.enqueue(&delivery("msg_2")).await.unwrap();
    for leased in inbox.lease("app", 5, LONG).await.unwrap() {
        complete_done(&inbox, leased.token).await;
    }
    drop(inbox);
    let drop = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    admin.batch_execute(&drop).await.unwrap();
    shared.clean_up().await;
}
