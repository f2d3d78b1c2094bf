//! A recorder that keeps all values, by series.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata,
    SharedString, Unit,
};

type Labels = BTreeMap<String, String>;
/// Values by name and labels.
type Cells = BTreeMap<(String, Labels), Arc<Cell>>;

/// A metric with its labels.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) labels: Labels,
    /// `None` if the metric was not described.
    pub(crate) unit: Option<Unit>,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Counter(u64),
    Gauge(f64),
    Histogram(Vec<f64>),
}

impl Series {
    pub(crate) fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }
}

/// Recorder that keeps all values. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Recorder {
    units: Arc<Mutex<BTreeMap<String, Unit>>>,
    values: Arc<Mutex<Cells>>,
}

struct Cell(Mutex<Value>);

impl Recorder {
    pub(crate) fn series(&self) -> Vec<Series> {
        let units = self.units.lock().unwrap();
        let values = self.values.lock().unwrap();
        let series = values.iter().map(|((name, labels), cell)| Series {
            name: name.clone(),
            labels: labels.clone(),
            unit: units.get(name).copied(),
            value: cell.0.lock().unwrap().clone(),
        });
        series.collect()
    }

    fn cell(&self, key: &Key, start: Value) -> Arc<Cell> {
        let labels = key.labels();
        let labels = labels.map(|label| (label.key().to_owned(), label.value().to_owned()));
        let series = (key.name().to_owned(), labels.collect());
        let mut values = self.values.lock().unwrap();
        let cell = values.entry(series);
        Arc::clone(cell.or_insert_with(|| Arc::new(Cell(Mutex::new(start)))))
    }

    fn describe(&self, name: &KeyName, unit: Option<Unit>) {
        let unit = unit.expect("every metric has a unit");
        self.units
            .lock()
            .unwrap()
            .insert(name.as_str().to_owned(), unit);
    }
}

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.cell(key, Value::Counter(0)))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.cell(key, Value::Gauge(0.0)))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.cell(key, Value::Histogram(Vec::new())))
    }
}

impl CounterFn for Cell {
    fn increment(&self, by: u64) {
        match &mut *self.0.lock().unwrap() {
            Value::Counter(count) => *count += by,
            other => panic!("not a counter: {other:?}"),
        }
    }

    fn absolute(&self, _: u64) {
        panic!("counters are only incremented");
    }
}

impl GaugeFn for Cell {
    fn increment(&self, by: f64) {
        match &mut *self.0.lock().unwrap() {
            Value::Gauge(value) => *value += by,
            other => panic!("not a gauge: {other:?}"),
        }
    }

    fn decrement(&self, by: f64) {
        GaugeFn::increment(self, -by);
    }

    fn set(&self, _: f64) {
        panic!("endpoints share the gauge, so none may set it");
    }
}

impl HistogramFn for Cell {
    fn record(&self, value: f64) {
        match &mut *self.0.lock().unwrap() {
            Value::Histogram(values) => values.push(value),
            other => panic!("not a histogram: {other:?}"),
        }
    }
}

/// Returns the counters of deliveries: event type, outcome and count.
pub(crate) fn deliveries(series: &[Series]) -> Vec<(&str, &str, u64)> {
    let counters = series
        .iter()
        .filter(|series| series.name == "webhook_deliveries_total");
    counters
        .filter_map(|series| match series.value {
            Value::Counter(count) => {
                Some((series.label("event_type"), series.label("outcome"), count))
            }
            _ => None,
        })
        .collect()
}
