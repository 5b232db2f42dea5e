import { EventEmitter } from "node:events";
import type { Actions } from "./actions";

export * from "./actions";

/** libconfig text, or the same as an object: { falcon: { cloud: "auto", ... } }. */
export type Config = string | Record<string, unknown>;

export interface CallOptions {
    /** Milliseconds for all of it; absent: as configured; Infinity: none. */
    timeoutMs?: number;
    /** Aborting it cancels the call at the service; it ends with an AbortError. */
    signal?: AbortSignal;
    /** Plan it and send nothing: the result has `request` and `plan`. */
    dryRun?: boolean;
    /** `plan.text` of a dry run: carried out only if it would send the very same. */
    plan?: string;
    /** Calls with the same key make one write. */
    idempotencyKey?: string;
    /** A W3C traceparent, sent along. */
    trace?: string;
    /** How far files and long lists are; total 0: not known. `false` ends the call. */
    onProgress?: (done: number, total: number) => boolean | void;
    /** Descriptors in place of the file to upload or to write; not in IsolatedClient. */
    sourceFd?: number;
    sinkFd?: number;
}

/** What a call gave that ended well. */
export interface Result<T> {
    /** The whole document. */
    readonly document: Record<string, unknown>;
    /** What was asked for or changed; [] where the action has none. */
    readonly resources: T[];
    /** The only or first of them. */
    readonly first: T;
    /** Of a download. */
    readonly file?: { path: string; name: string; bytes: number; content_type?: string };
    readonly value: unknown;
    readonly meta: { trace_id?: string; requests: number; attempts: number; tenant?: string; [key: string]: unknown };
    /** The service's name for the request, for its support. */
    readonly traceId?: string;
    /** How many there are in all pages together, where the service says so. */
    readonly total?: number;
    readonly httpStatus: number;
    /** Of a dry run: what would be sent. */
    readonly request?: Record<string, unknown>;
    /** Of a dry run: what it would do; `plan.text` binds a later call to it. */
    readonly plan?: { action: string; hash: string; text: string; [key: string]: unknown };
}

/** What a write was, for the record; see the plugin's README. */
export interface AuditRecord {
    audit: "write";
    time: string;
    action: string;
    status: string;
    outcome: string;
    [key: string]: unknown;
}

interface Events {
    progress: (event: { action: string; done: number; total: number }) => void;
    log: (line: { level: "error" | "warn" | "info" | "debug"; message: string }) => void;
    audit: (record: AuditRecord) => void;
}

interface Common extends Actions, EventEmitter {
    on<E extends keyof Events>(event: E, listener: Events[E]): this;
    once<E extends keyof Events>(event: E, listener: Events[E]): this;
    /** Carries out any action by name. Rejects with the error of its status. */
    invoke(action: string, input: object, options?: CallOptions): Promise<Result<unknown>>;
    /** Cancels what is in flight, waits for it, and ends the instance. */
    close(): Promise<void>;
}

export interface Options<S> {
    /** The plugin's file; else $SOARHOST_PLUGIN, else the installed one. */
    plugin?: string;
    /** What the configuration names as "secret:NAME". */
    secrets?: S;
}

/** One tenant, the plugin in this process. */
export interface Client extends Common {}
export const Client: {
    new (config: Config, options?: Options<Record<string, string> | ((name: string) => string | undefined)>): Client;
};

/** One tenant, the plugin in a process of its own: a fault in it ends the calls in flight and nothing else. */
export interface IsolatedClient extends Common {
    /** Of the plugin's process, while there is one. */
    readonly pid?: number;
}
export const IsolatedClient: { new (config: Config, options?: Options<Record<string, string>>): IsolatedClient };

export interface Tool {
    name: string;
    title: string;
    description: string;
    inputSchema: Record<string, unknown>;
    outputSchema: Record<string, unknown>;
    annotations: { readOnlyHint: boolean; destructiveHint: boolean; idempotentHint: boolean; openWorldHint: boolean };
    _meta: Record<string, unknown>;
}
/** All actions of the plugin. */
export function listActions(plugin?: string): { tools: Tool[]; _meta: Record<string, unknown> };
/** The text that the plugin reads. */
export function configText(config: Config): string;

export type Outcome = "not_sent" | "not_applied" | "applied" | "unknown";

/** A call that did not end with OK. */
export class SoarError extends Error {
    /** Name of the status, such as "ABORTED". */
    readonly code: string;
    /** Stable short name of the cause, such as "version_conflict". */
    readonly reason: string;
    /** Where: a JSON Pointer into the input, a line of the configuration, or a stage. */
    readonly where?: string;
    /** What to do about it. */
    readonly hint?: string;
    /** Whether the same call may succeed when it is made again. */
    readonly retryable: boolean;
    readonly retryAfterMs?: number;
    /** What became of the effect. */
    readonly outcome: Outcome;
    /** What is there in place of what was expected, such as the version of a case. */
    readonly present: { version?: number; [key: string]: unknown };
    readonly httpStatus: number;
    readonly traceId?: string;
    readonly errors: { code: number; message: string; id?: string }[];
    readonly done: string[];
    readonly failed: { id?: string; code: number | string; message: string; outcome: Outcome }[];
    readonly document: Record<string, unknown>;
}
/** A call that its signal ended; `cause` is the signal's reason. */
export class AbortError extends Error {
    readonly code: "ABORT_ERR";
    readonly outcome: Outcome;
    readonly error: SoarError;
}
export class Cancelled extends SoarError {}
/** A write whose answer was lost: it may have been applied. */
export class OutcomeUnknown extends SoarError {}
export class InvalidArgument extends SoarError {}
export class DeadlineExceeded extends SoarError {}
export class NotFound extends SoarError {}
export class AlreadyExists extends SoarError {}
export class PermissionDenied extends SoarError {}
export class ResourceExhausted extends SoarError {}
export class FailedPrecondition extends SoarError {}
/** Changed by someone else; `present` says which version is there. */
export class Aborted extends SoarError {}
export class OutOfRange extends SoarError {}
export class Unimplemented extends SoarError {}
export class Internal extends SoarError {}
export class Unavailable extends SoarError {}
export class DataLoss extends SoarError {}
export class Unauthenticated extends SoarError {}
/** Some of what was asked was done: `done` and `failed` tell which. */
export class Partial extends SoarError {}
