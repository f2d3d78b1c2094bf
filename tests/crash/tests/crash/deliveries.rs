//! The deliveries of a run: their kinds, how often and in which order they are sent.

use webhook_crash::Job;

use crate::settings::Settings;

/// Average number of deliveries with the same key.
const DELIVERIES_PER_KEY: usize = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Exact,
    External,
    Ordered,
    Poisoned,
}

impl Kind {
    pub(crate) const fn event_type(self) -> &'static str {
        match self {
            Self::Exact => "job.exact",
            Self::External => "job.external",
            Self::Ordered => "job.ordered",
            Self::Poisoned => "job.poisoned",
        }
    }
}

pub(crate) struct Delivery {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) key: Option<String>,
    pub(crate) body: String,
}

/// How often a delivery is sent.
#[derive(Clone, Copy)]
pub(crate) enum Sending {
    Once,
    /// Twice at the same time.
    Concurrently,
    /// Again, directly after it was acknowledged.
    TwiceInARow,
}

pub(crate) struct Deliveries {
    pub(crate) all: Vec<Delivery>,
    /// Indexes into `all`, in the order of sending. Some occur twice, far from each other.
    pub(crate) order: Vec<(usize, Sending)>,
}

impl Deliveries {
    pub(crate) fn plan(settings: &Settings, rng: &mut fastrand::Rng) -> Self {
        let count = settings.deliveries;
        let keys = (count / 3 / DELIVERIES_PER_KEY).max(1);
        let mut all: Vec<_> = (0..count)
            .map(|number| delivery(number, keys, rng))
            .collect();
        // Ensures that at least one delivery is poisoned.
        if let Some(first) = all.first_mut() {
            first.kind = Kind::Poisoned;
            first.body = body(first.kind, 0, None, rng);
            first.key = None;
        }
        let mut order: Vec<_> = (0..count)
            .map(|index| {
                let sending = match rng.u32(..100) {
                    0..8 => Sending::Concurrently,
                    8..14 => Sending::TwiceInARow,
                    _ => Sending::Once,
                };
                (index, sending)
            })
            .collect();
        let resent = (0..count).filter(|_| rng.u32(..100) < 6);
        order.extend(
            resent
                .map(|index| (index, Sending::Once))
                .collect::<Vec<_>>(),
        );
        rng.shuffle(&mut order);
        Self { all, order }
    }

    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.all
            .iter()
            .filter(|delivery| delivery.kind == kind)
            .count()
    }

    /// Number of deliveries that are sent twice at the same time.
    pub(crate) fn sent_concurrently(&self) -> usize {
        let sendings = self.order.iter();
        sendings
            .filter(|(_, sending)| matches!(sending, Sending::Concurrently))
            .count()
    }

    /// Number of deliveries that are sent again later.
    pub(crate) fn sent_again(&self) -> usize {
        let sendings = self.order.iter();
        let in_a_row = sendings.filter(|(_, sending)| matches!(sending, Sending::TwiceInARow));
        in_a_row.count() + self.order.len() - self.all.len()
    }
}

fn delivery(number: usize, keys: usize, rng: &mut fastrand::Rng) -> Delivery {
    let kind = match rng.u32(..100) {
        0..38 => Kind::Exact,
        38..64 => Kind::External,
        64..97 => Kind::Ordered,
        _ => Kind::Poisoned,
    };
    let has_key = match kind {
        Kind::Exact | Kind::External => false,
        Kind::Ordered => true,
        Kind::Poisoned => rng.bool(),
    };
    let key = has_key.then(|| format!("key_{}", rng.usize(..keys)));
    Delivery {
        id: format!("msg_{number}"),
        kind,
        body: body(kind, number, key.clone(), rng),
        key,
    }
}

fn body(kind: Kind, number: usize, key: Option<String>, rng: &mut fastrand::Rng) -> String {
    let job = Job {
        number: i64::try_from(number).unwrap(),
        key,
        padding: "x".repeat(rng.usize(..2_000)),
    };
    let data = serde_json::to_string(&job).unwrap();
    format!(r#"{{"type":"{}","data":{data}}}"#, kind.event_type())
}
