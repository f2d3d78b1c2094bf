//! What is sent: which deliveries there are, how often and in which order.

use webhook_crash::Job;

use crate::settings::Settings;

/// For each key, so many deliveries.
const PER_KEY: usize = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Exact,
    Loose,
    Ordered,
    Poisoned,
}

impl Kind {
    pub(crate) const fn event_type(self) -> &'static str {
        match self {
            Self::Exact => "job.exact",
            Self::Loose => "job.loose",
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

/// What a sender does with a delivery.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    Once,
    /// Twice at the same time.
    Twins,
    /// Again, when it has just been acknowledged.
    TwiceInARow,
}

pub(crate) struct Deliveries {
    pub(crate) all: Vec<Delivery>,
    /// Places in `all`, in the order in which they are sent; some are there twice, far from each other.
    pub(crate) order: Vec<(usize, Way)>,
}

impl Deliveries {
    pub(crate) fn plan(settings: &Settings, rng: &mut fastrand::Rng) -> Self {
        let count = settings.deliveries;
        let keys = (count / 3 / PER_KEY).max(1);
        let mut all: Vec<_> = (0..count)
            .map(|number| delivery(number, keys, rng))
            .collect();
        // At least one of them, however few there are.
        if let Some(first) = all.first_mut() {
            first.kind = Kind::Poisoned;
            first.body = body(first.kind, 0, None, rng);
            first.key = None;
        }
        let mut order: Vec<_> = (0..count)
            .map(|place| {
                let way = match rng.u32(..100) {
                    0..8 => Way::Twins,
                    8..14 => Way::TwiceInARow,
                    _ => Way::Once,
                };
                (place, way)
            })
            .collect();
        let again = (0..count).filter(|_| rng.u32(..100) < 6);
        order.extend(again.map(|place| (place, Way::Once)).collect::<Vec<_>>());
        rng.shuffle(&mut order);
        Self { all, order }
    }

    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.all.iter().filter(|one| one.kind == kind).count()
    }

    /// How many are sent twice at the same time.
    pub(crate) fn twins(&self) -> usize {
        let ways = self.order.iter();
        ways.filter(|(_, way)| matches!(way, Way::Twins)).count()
    }

    /// How many are sent again later: at once when they are acknowledged, or at any other time.
    pub(crate) fn again(&self) -> usize {
        let ways = self.order.iter();
        let in_a_row = ways.filter(|(_, way)| matches!(way, Way::TwiceInARow));
        in_a_row.count() + self.order.len() - self.all.len()
    }
}

fn delivery(number: usize, keys: usize, rng: &mut fastrand::Rng) -> Delivery {
    let kind = match rng.u32(..100) {
        0..38 => Kind::Exact,
        38..64 => Kind::Loose,
        64..97 => Kind::Ordered,
        _ => Kind::Poisoned,
    };
    let has_key = match kind {
        Kind::Exact | Kind::Loose => false,
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
