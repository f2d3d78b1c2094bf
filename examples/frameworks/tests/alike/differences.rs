//! All that a framework does to deliveries before an endpoint sees them, or after. What does not stand here is the same
//! everywhere.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framework {
    ActixWeb,
    Axum,
    Extractor,
    Hyper,
    LambdaHttp,
    Poem,
    Rocket,
    Salvo,
    Warp,
}

/// What becomes of a row of the table elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Another status.
    Status(u16),
    /// Another status, and a body of the framework's.
    StatusAndBody(u16),
    /// The connection is closed without an answer.
    NoAnswer,
    /// It is not for this framework to answer.
    NotSent,
}

/// The framework, the row, what it answers, and why.
pub const DIFFERENCES: &[(Framework, &str, Instead, &str)] = &[
    (
        Framework::Extractor,
        "handler panics",
        Instead::NoAnswer,
        "a route of axum that panics takes its connection along, unless a layer catches it",
    ),
    (
        Framework::LambdaHttp,
        "id twice",
        Instead::Status(401),
        "API Gateway joins repeated headers with a comma, so the id is another one",
    ),
    (
        Framework::LambdaHttp,
        "two signature headers, the second matches",
        Instead::Status(401),
        "API Gateway joins repeated headers with a comma, which separates no signatures",
    ),
    (
        Framework::LambdaHttp,
        "too large, says the length",
        Instead::NotSent,
        "API Gateway reads the body first, and this one never comes",
    ),
    (
        Framework::Rocket,
        "signature not UTF-8",
        Instead::Status(400),
        "Rocket drops headers that are not UTF-8, so the signature is missing",
    ),
    (
        Framework::Rocket,
        "a method that nobody knows",
        Instead::StatusAndBody(400),
        "Rocket refuses it before it looks for a route, and its catcher writes a page",
    ),
];
