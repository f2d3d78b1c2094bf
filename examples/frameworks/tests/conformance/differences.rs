//! Responses that differ from the table because of the framework. All others are the same in every framework.

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

/// Actual response to a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actual {
    /// Another status.
    Status(u16),
    /// Another status, and a body that the framework writes.
    StatusAndBody(u16),
    /// Closed connection without a response.
    NoAnswer,
    /// Row that is not sent, because it does not apply.
    NotSent,
}

/// Framework, row, actual response, reason.
pub const DIFFERENCES: &[(Framework, &str, Actual, &str)] = &[
    (
        Framework::Extractor,
        "handler panics",
        Actual::NoAnswer,
        "a panic in an axum route closes the connection, unless a layer catches it",
    ),
    (
        Framework::LambdaHttp,
        "id twice",
        Actual::Status(401),
        "API Gateway joins repeated headers with a comma, so the id differs from the signed one",
    ),
    (
        Framework::LambdaHttp,
        "two signature headers, the second matches",
        Actual::Status(401),
        "API Gateway joins repeated headers with a comma, which does not separate signatures",
    ),
    (
        Framework::LambdaHttp,
        "too large, by the declared length",
        Actual::NotSent,
        "API Gateway reads the body first, and this body is incomplete",
    ),
    (
        Framework::Rocket,
        "signature not UTF-8",
        Actual::Status(400),
        "Rocket drops headers that are not UTF-8, so the signature is missing",
    ),
    (
        Framework::Rocket,
        "unknown method",
        Actual::StatusAndBody(400),
        "Rocket rejects unknown methods before routing, and its catcher writes a page",
    ),
];
