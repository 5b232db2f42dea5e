// One class a status. Each error carries the plugin's error document.
"use strict";

const NAMES = ["OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
    "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED", "PARTIAL", "EMPTY"];

// A call that did not end with OK.
class SoarError extends Error {
    constructor(document) {
        const error = document.error || {};
        const where = error.where ? ` (at ${error.where})` : "";
        super(`${document.status}: ${error.message || "no memory was left for a result"}${where}` +
            (error.hint ? ` ${error.hint}` : ""));
        this.name = this.constructor.name;
        this.code = document.status;
        this.reason = error.reason || "";
        this.where = error.where;
        this.hint = error.hint;
        this.retryable = error.retryable === true;
        this.retryAfterMs = error.retry_after_ms;
        this.outcome = error.outcome || "unknown";
        this.present = error.present || {};
        this.httpStatus = document.http_status || 0;
        this.traceId = (document.meta || {}).trace_id;
        this.errors = document.errors || [];
        this.done = document.done || [];
        this.failed = document.failed || [];
        Object.defineProperty(this, "document", { value: document, enumerable: false });
    }
}

class Cancelled extends SoarError {}
class OutcomeUnknown extends SoarError {}
class InvalidArgument extends SoarError {}
class DeadlineExceeded extends SoarError {}
class NotFound extends SoarError {}
class AlreadyExists extends SoarError {}
class PermissionDenied extends SoarError {}
class ResourceExhausted extends SoarError {}
class FailedPrecondition extends SoarError {}
class Aborted extends SoarError {}
class OutOfRange extends SoarError {}
class Unimplemented extends SoarError {}
class Internal extends SoarError {}
class Unavailable extends SoarError {}
class DataLoss extends SoarError {}
class Unauthenticated extends SoarError {}
class Partial extends SoarError {}

const CLASSES = [Cancelled, OutcomeUnknown, InvalidArgument, DeadlineExceeded, NotFound, AlreadyExists,
    PermissionDenied, ResourceExhausted, FailedPrecondition, Aborted, OutOfRange, Unimplemented, Internal,
    Unavailable, DataLoss, Unauthenticated, Partial];
const BY_STATUS = new Map(CLASSES.map((kind, i) => [NAMES[i + 1], kind]));

// A call that its AbortSignal ended; `cause` is the signal's reason, `outcome` what became of the call.
class AbortError extends Error {
    constructor(reason, error) {
        super("The operation was aborted", { cause: reason });
        this.name = "AbortError";
        this.code = "ABORT_ERR";
        this.outcome = error.outcome;
        this.error = error;
    }
}

// The error for a result document; the number of a status counts where there is no document.
function errorOf(document, status = 13) {
    const whole = document || { status: NAMES[status] || "INTERNAL" };
    return new (BY_STATUS.get(whole.status) || SoarError)(whole);
}

module.exports = { SoarError, AbortError, errorOf, ...Object.fromEntries(CLASSES.map((kind) => [kind.name, kind])) };
