//! Content of the messages by which an agent asks the user questions.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::payload::open_enum;

/// The agent asked the user questions, and the thread waits for the answers.
/// (`agent.thread.message` with `message_type` `clarification_request`).
///
/// Handle it to put the questions before the user and to send the answers through the API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClarificationRequest {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Why the agent asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// The questions.
    pub questions: Vec<Question>,
}

/// One question to the user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Question {
    /// Identifier of the question, unique within its request.
    pub id: String,
    /// Text of the question.
    pub text: String,
    /// How it is to be answered.
    pub answer_kind: AnswerKind,
}

/// How a question is to be answered. Which of the optional fields apply depends on `kind`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AnswerKind {
    /// Form of the answer.
    pub kind: AnswerForm,
    /// The options of a single or multiple choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<Choice>>,
    /// Whether a single choice may be answered with something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_other: Option<bool>,
    /// What to show in an empty field of free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// Greatest length of free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<i64>,
    /// Least number of options to pick from a multiple choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_selected: Option<i64>,
    /// Greatest number of options to pick from a multiple choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_selected: Option<i64>,
    /// Least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Unit of the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// First date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_date: Option<String>,
    /// Last date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_date: Option<String>,
    /// Text of the button that confirms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm_label: Option<String>,
    /// Text of the button that declines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_label: Option<String>,
}

/// One option of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Choice {
    /// Value to answer with.
    pub value: String,
    /// Text to show.
    pub label: String,
    /// More text to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The user answered a request for clarification. (`agent.thread.message` with `message_type`
/// `clarification_response`).
///
/// Handle it to take the questions off the screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClarificationResponse {
    /// Kind of content. Mostly the `message_type` of the record, but it need not be.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Identifier of the message that asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_message_id: Option<String>,
    /// The answers, by question.
    pub answers: Vec<QuestionAnswer>,
    /// A reply in free words instead of answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freeform_text: Option<String>,
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct QuestionAnswer {
    /// Identifier of the question.
    pub question_id: String,
    /// The answer.
    pub value: AnswerValue,
}

/// An answer. Which of the optional fields is set depends on `kind`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AnswerValue {
    /// Form of the answer.
    pub kind: AnswerForm,
    /// The answer, in all forms but multiple choice and confirmation: a text, a number or a truth
    /// value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The options that were picked from a multiple choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// Whether it was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
}

open_enum! {
    /// Form of the answer to a question.
    pub enum AnswerForm {
        /// Text in free words.
        FreeText = "free_text",
        /// One option out of several.
        SingleChoice = "single_choice",
        /// Several options.
        MultiChoice = "multi_choice",
        /// Yes or no.
        YesNo = "yes_no",
        /// A number.
        Number = "number",
        /// A date.
        Date = "date",
        /// A confirmation.
        Confirm = "confirm",
    }
}
