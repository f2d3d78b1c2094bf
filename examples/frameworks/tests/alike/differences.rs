//! All that a framework does to deliveries before an endpoint sees them, or after. What does not stand here is the same
//! everywhere.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framework {
    ActixWeb,
    Axum,
    Hyper,
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
}

/// The framework, the row, what it answers, and why.
pub const DIFFERENCES: &[(Framework, &str, Instead, &str)] = &[
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
