//! Events about the hooks of agents (`agent.<phase>_hook.<status>`): one family for each of the
//! seven phases of a run.
//!
//! All of them have the same fields.

use serde::{Deserialize, Serialize};

use super::Wacht;
use crate::Payload;
use crate::payload::DateTime;

// The fields are written once; a family view differs from its events by the `Payload` derive alone.
macro_rules! hook_events {
    ($($pattern:tt => $view:ident: $($(#[$doc:meta])* $event:ident),+;)+) => {$(
        $(hook_events! { @payload
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            $event
        })+

        hook_events! { @payload
            #[doc = concat!("Any event of `", $pattern, "`; all of them have the same fields.")]
            #[doc = ""]
            #[doc = "Use it to handle the whole family, events that this version does not list"]
            #[doc = "included. `Event::event_type` is the name of the event."]
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Payload)]
            #[payload(provider = Wacht, events($pattern), shipped)]
            $view
        }
    )+};
    (@payload $(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[non_exhaustive]
        pub struct $name {
            /// Identifier of the agent.
            pub agent_id: String,
            /// Identifier of the deployment.
            pub deployment_id: String,
            /// Identifier of the thread.
            pub thread_id: String,
            /// Identifier of the run.
            pub execution_run_id: String,
            /// Phase in which the hook ran, such as `before_tool`.
            pub hook_kind: String,
            /// How the step ended: `succeeded`, `failed` or `skipped`.
            pub status: String,
            /// Name of the tool that the hook ran.
            pub tool_name: String,
            /// Position of the step among the steps of the hook.
            pub step_index: i64,
            /// When it happened.
            pub timestamp: DateTime,
        }
    };
}

hook_events! {
    "agent.execution_start_hook.*" => AnyAgentExecutionStartHook:
        /// A hook step at the start of an execution succeeded
        /// (`agent.execution_start_hook.succeeded`).
        ///
        /// Handle it to record which steps ran.
        AgentExecutionStartHookSucceeded,
        /// A hook step at the start of an execution failed (`agent.execution_start_hook.failed`).
        ///
        /// Handle it to notice hooks that are broken.
        AgentExecutionStartHookFailed,
        /// A hook step at the start of an execution was skipped
        /// (`agent.execution_start_hook.skipped`).
        ///
        /// Handle it to record which steps did not run.
        AgentExecutionStartHookSkipped;

    "agent.before_llm_hook.*" => AnyAgentBeforeLlmHook:
        /// A hook step before a call to a model succeeded (`agent.before_llm_hook.succeeded`).
        ///
        /// Handle it to record which steps ran.
        AgentBeforeLlmHookSucceeded,
        /// A hook step before a call to a model failed (`agent.before_llm_hook.failed`).
        ///
        /// Handle it to notice hooks that are broken.
        AgentBeforeLlmHookFailed,
        /// A hook step before a call to a model was skipped (`agent.before_llm_hook.skipped`).
        ///
        /// Handle it to record which steps did not run.
        AgentBeforeLlmHookSkipped;

    "agent.after_llm_hook.*" => AnyAgentAfterLlmHook:
        /// A hook step after a call to a model succeeded (`agent.after_llm_hook.succeeded`).
        ///
        /// Handle it to record which steps ran.
        AgentAfterLlmHookSucceeded,
        /// A hook step after a call to a model failed (`agent.after_llm_hook.failed`).
        ///
        /// Handle it to notice hooks that are broken.
        AgentAfterLlmHookFailed,
        /// A hook step after a call to a model was skipped (`agent.after_llm_hook.skipped`).
        ///
        /// Handle it to record which steps did not run.
        AgentAfterLlmHookSkipped;

    "agent.before_tool_hook.*" => AnyAgentBeforeToolHook:
        /// A hook step before a tool ran succeeded (`agent.before_tool_hook.succeeded`).
        ///
        /// Handle it to record which steps ran.
        AgentBeforeToolHookSucceeded,
        /// A hook step before a tool ran failed (`agent.before_tool_hook.failed`).
        ///
        /// Handle it to notice hooks that are broken.
        AgentBeforeToolHookFailed,
        /// A hook step before a tool ran was skipped (`agent.before_tool_hook.skipped`).
        ///
        /// Handle it to record which steps did not run.
        AgentBeforeToolHookSkipped;

    "agent.after_tool_hook.*" => AnyAgentAfterToolHook:
        /// A hook step after a tool ran succeeded (`agent.after_tool_hook.succeeded`).
        ///
        /// Handle it to record which steps ran.
        AgentAfterToolHookSucceeded,
        /// A hook step after a tool ran failed (`agent.after_tool_hook.failed`).
        ///
        /// Handle it to notice hooks that are broken.
        AgentAfterToolHookFailed,
        /// A hook step after a tool ran was skipped (`agent.after_tool_hook.skipped`).
        ///
        /// Handle it to record which steps did not run.
        AgentAfterToolHookSkipped;

    "agent.on_budget_exhausted_hook.*" => AnyAgentOnBudgetExhaustedHook:
        /// A hook step on an exhausted budget succeeded
        /// (`agent.on_budget_exhausted_hook.succeeded`).
        ///
        /// Handle it to record which steps ran.
        AgentOnBudgetExhaustedHookSucceeded,
        /// A hook step on an exhausted budget failed (`agent.on_budget_exhausted_hook.failed`).
        ///
        /// Handle it to notice hooks that are broken.
        AgentOnBudgetExhaustedHookFailed,
        /// A hook step on an exhausted budget was skipped
        /// (`agent.on_budget_exhausted_hook.skipped`).
        ///
        /// Handle it to record which steps did not run.
        AgentOnBudgetExhaustedHookSkipped;

    "agent.execution_end_hook.*" => AnyAgentExecutionEndHook:
        /// A hook step at the end of an execution succeeded (`agent.execution_end_hook.succeeded`).
        ///
        /// Handle it to record which steps ran.
        AgentExecutionEndHookSucceeded,
        /// A hook step at the end of an execution failed (`agent.execution_end_hook.failed`).
        ///
        /// Handle it to notice hooks that are broken.
        AgentExecutionEndHookFailed,
        /// A hook step at the end of an execution was skipped (`agent.execution_end_hook.skipped`).
        ///
        /// Handle it to record which steps did not run.
        AgentExecutionEndHookSkipped;
}
