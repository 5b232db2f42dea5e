// A method for each action, and the objects that they take and give. Made by generate.js from the
// plugin's actions; do not edit.
import type { CallOptions, Result } from "./index";

export interface Actions {
    /** Add alerts to a case. Attaches alerts to a case and answers the case, which holds at most 100 alerts and events together. After a lost answer read the case first: evidence.alerts.records shows what arrived. Scope: Cases (write). */
    add_case_alert_evidence(input: AddCaseAlertEvidenceInput | AddCaseAlertEvidenceInputByBody, options?: CallOptions): Promise<Result<Case>>;
    /** Add events to a case. Attaches events to a case and answers the case, which holds at most 100 alerts and events together. After a lost answer read the case first: evidence.events.records shows what arrived. Scope: Cases (write). */
    add_case_event_evidence(input: AddCaseEventEvidenceInput | AddCaseEventEvidenceInputByBody, options?: CallOptions): Promise<Result<Case>>;
    /** Add tags to a case. Puts tags on a case beside those it has, and answers the case. All tags of a case together may have 128 characters. Scope: Cases (write). */
    add_case_tags(input: AddCaseTagsInput | AddCaseTagsInputByBody, options?: CallOptions): Promise<Result<Case>>;
    /** Count attached files. Counts attached files by name, case, size and so on. `filter` chooses the files; `ids` is known not to. Several aggregates in one call are told apart by their name, not by their place. Scope: Cases (read). */
    aggregates_file_details_post_v1(input: AggregatesFileDetailsPostV1Input, options?: CallOptions): Promise<Result<AggregationResult>>;
    /** Download attached files as a ZIP. Saves several attached files as one ZIP archive to the local disk, streamed, and answers its path and size. Scope: Cases (read). */
    bulk_download_files(input: BulkDownloadFilesInput | BulkDownloadFilesInputByBody, options?: CallOptions): Promise<Result<never>>;
    /** Create a case. Opens a new case, with evidence, template, tags and owner if given. Each call opens another one: after a lost answer look for it first, by query_case_ids with alerts:'ID'. Scope: Cases (write). */
    create_case(input: CreateCaseInput | CreateCaseInputByBody, options?: CallOptions): Promise<Result<Case>>;
    /** Create a notification group (v1). Creates a group of channels (email, chat, pager, webhook) that the escalation steps of SLAs notify. After a lost answer look first, by query_notification_groups with name:'NAME'. Deprecated by the service in favour of create_notification_group_v2. Scope: Case Templates (write). */
    create_notification_group(input: CreateNotificationGroupInput | CreateNotificationGroupInputByBody, options?: CallOptions): Promise<Result<NotificationGroup>>;
    /** Create a notification group. Creates a group of channels (email, chat, pager, webhook) that the escalation steps of SLAs notify. After a lost answer look first, by query_notification_groups_v2 with name:'NAME'. Scope: Case Templates (write). */
    create_notification_group_v2(input: CreateNotificationGroupV2Input | CreateNotificationGroupV2InputByBody, options?: CallOptions): Promise<Result<NotificationGroupV2>>;
    /** Create an SLA. Creates a service level agreement: how soon cases must be taken and closed, and whom to notify on the way. It takes effect through a template. After a lost answer look first, by query_slas with name:'NAME'. Scope: Case Templates (write). */
    create_sla(input: CreateSlaInput | CreateSlaInputByBody, options?: CallOptions): Promise<Result<Sla>>;
    /** Create a case template. Creates a case template: the custom fields, SLA, workflows and access tags that cases opened with it get. After a lost answer look first, by query_templates with name:'NAME'; repeating may make a twin. Scope: Case Templates (write). */
    create_template(input: CreateTemplateInput | CreateTemplateInputByBody, options?: CallOptions): Promise<Result<Template>>;
    /** Remove tags from a case. Takes the given tags off a case and answers the case. Its other tags stay. Scope: Cases (write). */
    delete_case_tags(input: DeleteCaseTagsInput | DeleteCaseTagsInputByParameters, options?: CallOptions): Promise<Result<Case>>;
    /** Delete attached files. Deletes files from their cases, content and details alike, and answers the ids deleted. It cannot be undone. Scope: Cases (write). */
    delete_file_details(input: DeleteFileDetailsInput | DeleteFileDetailsInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Delete notification groups (v1). Deletes notification groups and answers the ids deleted; it cannot be undone. Take them out of the SLAs that escalate to them first. Deprecated by the service in favour of delete_notification_group_v2. Scope: Case Templates (write). */
    delete_notification_group(input: DeleteNotificationGroupInput | DeleteNotificationGroupInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Delete notification groups. Deletes notification groups and answers the ids deleted; it cannot be undone. Take them out of the SLAs that escalate to them first. Scope: Case Templates (write). */
    delete_notification_group_v2(input: DeleteNotificationGroupV2Input | DeleteNotificationGroupV2InputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Delete SLAs. Deletes SLAs and answers the ids deleted; it cannot be undone. Give templates that use them another SLA first: what becomes of an SLA in use is not documented. Scope: Case Templates (write). */
    delete_sla(input: DeleteSlaInput | DeleteSlaInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Delete case templates. Deletes templates; it cannot be undone, so save them with export_templates first. The answer is a bare text that does not say what was deleted: to be sure, read them again. Scope: Case Templates (write). */
    delete_templates(input: DeleteTemplatesInput | DeleteTemplatesInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Download an attached file. Saves one attached file to the local disk, streamed, and answers its path and size. The file appears only when it is whole. Scope: Cases (read). */
    download_existing_files(input: DownloadExistingFilesInput | DownloadExistingFilesInputByParameters, options?: CallOptions): Promise<Result<never>>;
    /** Download an attached file (POST form). Saves an attached file to the local disk. Public clients know this form, the documentation does not: prefer download_existing_files, or bulk_download_files for several. Scope: Cases (read). */
    download_files_by_post(input: DownloadFilesByPostInput | DownloadFilesByPostInputByBody, options?: CallOptions): Promise<Result<never>>;
    /** Export case templates. Saves templates as a ZIP archive on the local disk, streamed, and answers its path and size. import_template takes the files in it one by one. Scope: Case Templates (read). */
    export_templates(input?: ExportTemplatesInput | ExportTemplatesInputByParameters, options?: CallOptions): Promise<Result<never>>;
    /** Count access tags. Counts access tags by key, id or cid. It tells about the tags and never about what carries them. Scope: Case Templates (read). */
    get_access_tag_aggregations(input: GetAccessTagAggregationsInput | GetAccessTagAggregationsInputByBody, options?: CallOptions): Promise<Result<AggregationResult>>;
    /** Get access tags. Reads access tags by id, with the templates that carry them, in the order asked. Ids that are not found are named in errors. Scope: Case Templates (read). */
    get_access_tags(input: GetAccessTagsInput | GetAccessTagsInputByParameters, options?: CallOptions): Promise<Result<AccessTag>>;
    /** Get cases by id. Reads whole cases by their ids, in the order asked for; ids that the service does not answer are named. Attached files are not in a case: use query_file_details. Scope: Cases (read). */
    get_cases(input: GetCasesInput | GetCasesInputByBody, options?: CallOptions): Promise<Result<Case>>;
    /** Get custom fields. Reads the definitions of custom fields by id, with the options of those that have a fixed choice, in the order asked. The values stand in the cases. Scope: Case Templates (read). */
    get_fields(input: GetFieldsInput | GetFieldsInputByParameters, options?: CallOptions): Promise<Result<Field>>;
    /** Get details of attached files. Reads name, size, hash, case and description of attached files by their ids, in the order asked for; ids that are missing are named. Scope: Cases (read). */
    get_file_details(input: GetFileDetailsInput | GetFileDetailsInputByParameters, options?: CallOptions): Promise<Result<FileDetails>>;
    /** Get notification groups (v1). Reads notification groups by id, with their channels, in the order asked. Deprecated by the service in favour of get_notification_groups_v2. Scope: Case Templates (read). */
    get_notification_groups(input: GetNotificationGroupsInput | GetNotificationGroupsInputByParameters, options?: CallOptions): Promise<Result<NotificationGroup>>;
    /** Count notification groups (v1). Counts notification groups by one of their own fields. It tells about configuration and never about notifications sent. Deprecated by the service in favour of get_notification_groups_aggregation_v2. Scope: Case Templates (read). */
    get_notification_groups_aggregation(input: GetNotificationGroupsAggregationInput | GetNotificationGroupsAggregationInputByBody, options?: CallOptions): Promise<Result<AggregationResult>>;
    /** Count notification groups. Counts notification groups by one of their own fields. It tells about configuration and never about notifications sent. Scope: Case Templates (read). */
    get_notification_groups_aggregation_v2(input: GetNotificationGroupsAggregationV2Input | GetNotificationGroupsAggregationV2InputByBody, options?: CallOptions): Promise<Result<AggregationResult>>;
    /** Get notification groups. Reads notification groups by id, with their channels, in the order asked. The settings of a channel come as JSON text. Scope: Case Templates (read). */
    get_notification_groups_v2(input: GetNotificationGroupsV2Input | GetNotificationGroupsV2InputByParameters, options?: CallOptions): Promise<Result<NotificationGroupV2>>;
    /** Look at a file on a host. Asks the host over Real Time Response for name and size of a file, without fetching it; a gate before retrieve_rtr_file. The host must be online. Scope: Cases (read). */
    get_rtr_file_metadata(input: GetRtrFileMetadataInput | GetRtrFileMetadataInputByBody, options?: CallOptions): Promise<Result<RtrFileMetadata>>;
    /** Count SLAs. Counts SLAs by one of their own fields. It tells about configuration and never about missed timers: for these use query_case_ids with sla_active_timer.status:'missed'. Scope: Case Templates (read). */
    get_sla_aggregations(input: GetSlaAggregationsInput | GetSlaAggregationsInputByBody, options?: CallOptions): Promise<Result<AggregationResult>>;
    /** Get SLAs. Reads SLAs by id, with their goals and escalations, in the order asked. How far a case has got is told by the case. Scope: Case Templates (read). */
    get_slas(input: GetSlasInput | GetSlasInputByParameters, options?: CallOptions): Promise<Result<Sla>>;
    /** Count case templates. Counts templates by one of their own fields. It tells about configuration and never about cases. Scope: Case Templates (read). */
    get_template_aggregations(input: GetTemplateAggregationsInput | GetTemplateAggregationsInputByBody, options?: CallOptions): Promise<Result<AggregationResult>>;
    /** Get template snapshots. Reads earlier states of templates: by snapshot id, or the state that templates had at a version. Use it to see what a template looked like when a case was opened (template.snapshot_id of the case). Scope: Case Templates (read). */
    get_template_snapshots(input?: GetTemplateSnapshotsInput | GetTemplateSnapshotsInputByParameters, options?: CallOptions): Promise<Result<TemplateSnapshot>>;
    /** Get case templates. Reads templates by id, with their fields, SLA, workflows and access tags, in the order asked. Ids that are not found are named in errors. Scope: Case Templates (read). */
    get_templates(input: GetTemplatesInput | GetTemplatesInputByParameters, options?: CallOptions): Promise<Result<Template>>;
    /** Import a case template. Makes a template out of an exported YAML or JSON file. With dry_run the service only checks the file; do that first. After a lost answer look before repeating, by query_templates with name:'NAME'. Scope: Case Templates (write). */
    import_template(input: ImportTemplateInput | ImportTemplateInputByData, options?: CallOptions): Promise<Result<Template>>;
    /** Merge one case into another. Merges a case into another. A public client knows this, the documentation does not: what becomes of the source is not stated, and no action undoes it. Scope: Cases (write). */
    merge_cases(input: MergeCasesInput | MergeCasesInputByBody, options?: CallOptions): Promise<Result<never>>;
    /** Search access tags. Finds access tags and answers their ids; get_access_tags reads the tags themselves. Pages follow each other by a token, not by an offset; `all` takes care of it. Scope: Case Templates (read). */
    query_access_tags(input?: QueryAccessTagsInput | QueryAccessTagsInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Search cases. Finds cases and answers their ids, newest first unless sorted; get_cases reads the cases themselves. With no filter it finds all. Scope: Cases (read). */
    query_case_ids(input?: QueryCaseIdsInput | QueryCaseIdsInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Search custom fields. Finds custom fields and answers their ids; get_fields reads the fields themselves. The service does not sort this list. Scope: Case Templates (read). */
    query_fields(input?: QueryFieldsInput | QueryFieldsInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Search attached files, ids only. Finds files attached to cases and answers their ids. To get names and sizes with them at once use query_file_details. Scope: Cases (read). */
    query_file_detail_ids(input?: QueryFileDetailIdsInput | QueryFileDetailIdsInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Search attached files. Finds files attached to cases and answers their details: name, size, hash and the id to download by. The service gives 10 a page; `all` reads them all. Scope: Cases (read). */
    query_file_details(input?: QueryFileDetailsInput | QueryFileDetailsInputByParameters, options?: CallOptions): Promise<Result<FileDetails>>;
    /** Search notification groups (v1). Finds notification groups and answers their ids; get_notification_groups reads the groups themselves. Deprecated by the service in favour of query_notification_groups_v2. Scope: Case Templates (read). */
    query_notification_groups(input?: QueryNotificationGroupsInput | QueryNotificationGroupsInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Search notification groups. Finds notification groups and answers their ids; get_notification_groups_v2 reads the groups themselves. Scope: Case Templates (read). */
    query_notification_groups_v2(input?: QueryNotificationGroupsV2Input | QueryNotificationGroupsV2InputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Search SLAs. Finds SLAs and answers their ids; get_slas reads the SLAs themselves. With no filter it finds all. Scope: Case Templates (read). */
    query_slas(input?: QuerySlasInput | QuerySlasInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Search template snapshots. Finds earlier states of templates and answers their ids; get_template_snapshots reads the states themselves. The service does not sort this list. Scope: Case Templates (read). */
    query_template_snapshots(input?: QueryTemplateSnapshotsInput | QueryTemplateSnapshotsInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Search case templates. Finds templates and answers their ids; get_templates reads the templates themselves. With no filter it finds all. Scope: Case Templates (read). */
    query_templates(input?: QueryTemplatesInput | QueryTemplatesInputByParameters, options?: CallOptions): Promise<Result<string>>;
    /** Fetch a file from a host into a case. Fetches a file from a host over Real Time Response and attaches it to a case. Slow or sleeping hosts take time: poll query_file_details until it is there. Each call attaches another copy. Scope: Cases (write). */
    retrieve_rtr_file(input: RetrieveRtrFileInput | RetrieveRtrFileInputByBody, options?: CallOptions): Promise<Result<FileDetails>>;
    /** Attach a file fetched earlier by RTR. Attaches to a case a file that a Real Time Response session (`get`) has fetched already; the host is not asked again. Each call attaches another copy. Scope: Cases (write). */
    retrieve_rtr_recent_file(input: RetrieveRtrRecentFileInput | RetrieveRtrRecentFileInputByBody, options?: CallOptions): Promise<Result<FileDetails>>;
    /** Change a case. Changes the given fields of a case and leaves the others: status, severity, owner, custom fields and so on. With expected_version a case that somebody changed meanwhile is refused instead of overwritten. Scope: Cases (write). */
    update_case_fields(input: UpdateCaseFieldsInput | UpdateCaseFieldsInputByBody, options?: CallOptions): Promise<Result<Case>>;
    /** Change the description of an attached file. Replaces the description of an attached file and answers its details. Nothing else of a file can be changed. Scope: Cases (write). */
    update_file_details(input: UpdateFileDetailsInput | UpdateFileDetailsInputByBody, options?: CallOptions): Promise<Result<FileDetails>>;
    /** Change a notification group (v1). Changes the given parts of one notification group. Read it first and send its channels whole. Deprecated by the service in favour of update_notification_group_v2. Scope: Case Templates (write). */
    update_notification_group(input: UpdateNotificationGroupInput | UpdateNotificationGroupInputByBody, options?: CallOptions): Promise<Result<NotificationGroup>>;
    /** Change a notification group. Changes the given parts of one notification group. Read it first and send its channels whole. Scope: Case Templates (write). */
    update_notification_group_v2(input: UpdateNotificationGroupV2Input | UpdateNotificationGroupV2InputByBody, options?: CallOptions): Promise<Result<NotificationGroupV2>>;
    /** Change an SLA. Changes the given parts of one SLA. Send its goals whole, with their escalations. What becomes of timers that run already is not documented. Scope: Case Templates (write). */
    update_sla(input: UpdateSlaInput | UpdateSlaInputByBody, options?: CallOptions): Promise<Result<Sla>>;
    /** Change a case template. Changes the given parts of one template. Read it first and send each list whole: whether the service keeps entries that a list leaves out is not documented. Scope: Case Templates (write). */
    update_template(input: UpdateTemplateInput | UpdateTemplateInputByBody, options?: CallOptions): Promise<Result<Template>>;
    /** Attach a file to a case. Uploads a local file, streamed from disk, and attaches it to a case. Each call attaches another copy: after a lost answer look first, by query_file_details with case_id:'ID'. Scope: Cases (write). */
    upload_file(input: UploadFileInput, options?: CallOptions): Promise<Result<FileDetails>>;
}

export interface AlertSelectorInput {
    /** Composite id of the alert: `composite_id` in the Alerts API v2. */
    id: string;
}

/** Input of add_case_alert_evidence. */
export interface AddCaseAlertEvidenceInput {
    /** The case that gets the alerts. */
    id: string;
    /** Composite ids of the alerts, or {id} objects; one alone needs no list. */
    alerts: readonly (AlertSelectorInput | string)[] | AlertSelectorInput | string;
    body?: never;
}

/** Input of add_case_alert_evidence. */
export interface AddCaseAlertEvidenceInputByBody {
    id?: never;
    alerts?: never;
    /** Whole request body in place of the named inputs; here each of `alerts` is an {id} object. */
    body: Record<string, unknown>;
}

/** The severity by name. */
export interface CaseSeverityInfo {
    /** Name of the level. */
    level?: string;
}

/** How far the service has settled after the last change. */
export interface CaseConsistency {
    /** false while changes are still spreading through the service. */
    consistent?: boolean;
    /** To be given as expected_consistency_version. */
    version?: number;
}

/** A console user; null or with empty members where there is none. */
export interface FalconUser {
    /** Id of the user, to be used in assigned_to_user_uuid. */
    uuid?: string;
    /** First and last name. */
    full_name?: string;
    /** Login name, a mail address. */
    email?: string;
}

/** The template that the case was made from, if any. */
export interface CaseTemplate {
    /** Id of the template. */
    id?: string;
    /** Its name. */
    name?: string;
    /** Its version then. */
    version?: number;
    /** The snapshot of that version. */
    snapshot_id?: string;
}

/** A field that the template gave the case, with its value. */
export interface CaseCustomField {
    /** Id of the field, to be used in custom_fields of update_case_fields. */
    id?: string;
    /** Name shown in the console. */
    name?: string;
    /** Present values, as text. */
    values?: string[] | null;
    /** Ids of the chosen options, for fields with a fixed choice. */
    option_ids?: string[] | null;
    /** Whether the template asks for a value. */
    required?: boolean;
    /** Place in the form. */
    display_order?: number;
    /** Snapshot that the field comes from. */
    snapshot_id?: string;
}

/** One goal of an SLA on a case. Points in time are integers (epoch; the service states no unit). */
export interface CaseSlaTimer {
    /** Id of the goal. */
    goal_id?: string;
    /** pending, in_progress, paused, achieved or missed. */
    status?: string;
    /** Time allowed. */
    duration_seconds?: number;
    /** When it began to run. */
    time_started?: number;
    /** When the goal is missed unless reached before. */
    time_due?: number;
    /** When it was paused, if it is. */
    time_paused?: number;
    /** When the goal was reached, if it was. */
    time_completed?: number;
    /** Time spent paused; not counted against the goal. */
    total_pause_time?: number;
}

/** Both goals of the SLA. */
export interface CaseSlaTimers {
    /** Until somebody takes the case. */
    acknowledgement?: CaseSlaTimer | null;
    /** Until the case is closed. */
    resolution?: CaseSlaTimer | null;
}

/** The SLA that applies to a case; null or absent where none does. */
export interface CaseSla {
    /** Id of the SLA. */
    id?: string;
    /** Its name. */
    name?: string;
    /** Snapshot of the SLA that applies. */
    snapshot_id?: string;
    /** State of the timer that runs now: pending, in_progress, paused, achieved or missed. */
    active_timer_status?: string;
    /** When that timer runs out (epoch; the service states no unit). */
    active_timer_time_due?: number;
    /** Both goals of the SLA. */
    timers?: CaseSlaTimers;
}

/** Workflow of a case */
export interface CaseWorkflow {
    /** Id of the workflow definition. */
    id?: string;
    /** Id of its run. */
    execution_id?: string;
    /** State of the run. */
    status?: string;
    /** Place in the list. */
    display_order?: number;
    /** Snapshot that the workflow comes from. */
    snapshot_id?: string;
}

/** Access tag of a case */
export interface CaseAccessTag {
    /** Tenant that owns the tag. */
    cid?: string;
    /** Id of the tag. */
    id?: string;
    /** Key of the tag. */
    key?: string;
}

/** What the record points to. */
export interface CaseEvidenceAlertsRecordsItemSelector {
    /** Composite id of the alert. */
    id?: string;
}

export interface CaseEvidenceAlertsRecordsItem {
    /** Id of the evidence record within the case. */
    id?: string;
    /** What the record points to. */
    selector?: CaseEvidenceAlertsRecordsItemSelector;
}

/** Alerts. */
export interface CaseEvidenceAlerts {
    /** One record an alert. */
    records?: CaseEvidenceAlertsRecordsItem[];
}

/** What the record points to. */
export interface CaseEvidenceEventsRecordsItemSelector {
    /** Id of the event. */
    id?: string;
}

export interface CaseEvidenceEventsRecordsItem {
    /** Id of the evidence record within the case. */
    id?: string;
    /** What the record points to. */
    selector?: CaseEvidenceEventsRecordsItemSelector;
}

/** Events. */
export interface CaseEvidenceEvents {
    /** One record an event. */
    records?: CaseEvidenceEventsRecordsItem[];
}

/** What the record points to. */
export interface CaseEvidenceLeadsRecordsItemSelector {
    /** Id of the lead. */
    id?: string;
}

export interface CaseEvidenceLeadsRecordsItem {
    /** Id of the evidence record within the case. */
    id?: string;
    /** What the record points to. */
    selector?: CaseEvidenceLeadsRecordsItemSelector;
}

/** Automated leads. */
export interface CaseEvidenceLeads {
    /** One record a lead. */
    records?: CaseEvidenceLeadsRecordsItem[];
}

/** What the record points to. */
export interface CaseEvidenceUsersRecordsItemSelector {
    /** Id of the user account in question. */
    id?: string;
}

export interface CaseEvidenceUsersRecordsItem {
    /** Id of the evidence record. */
    id?: string;
    /** The case it belongs to. */
    case_id?: string;
    /** What the record points to. */
    selector?: CaseEvidenceUsersRecordsItemSelector;
}

/** User accounts. */
export interface CaseEvidenceUsers {
    /** One record a user. */
    records?: CaseEvidenceUsersRecordsItem[];
}

/** The evidence itself. */
export interface CaseEvidenceCustomEvidenceRecordsItemValue {
    /** What was recorded. */
    name?: string;
    /** Kind of evidence. */
    type?: string;
}

export interface CaseEvidenceCustomEvidenceRecordsItem {
    /** Id of the evidence record. */
    id?: string;
    /** The case it belongs to. */
    case_id?: string;
    /** The evidence itself. */
    value?: CaseEvidenceCustomEvidenceRecordsItemValue;
}

/** Evidence typed in by hand in the console. */
export interface CaseEvidenceCustomEvidence {
    /** One record a piece of evidence. */
    records?: CaseEvidenceCustomEvidenceRecordsItem[];
}

/** What analysts and rules attached to the case, by kind. */
export interface CaseEvidence {
    /** Alerts. */
    alerts?: CaseEvidenceAlerts;
    /** Events. */
    events?: CaseEvidenceEvents;
    /** Automated leads. */
    leads?: CaseEvidenceLeads;
    /** User accounts. */
    users?: CaseEvidenceUsers;
    /** Evidence typed in by hand in the console. */
    custom_evidence?: CaseEvidenceCustomEvidence;
}

export interface CaseAnalysisAlertsRecordsItem {
    /** Composite id of the alert. */
    id?: string;
}

/** Alerts involved. */
export interface CaseAnalysisAlerts {
    /** One record an alert. */
    records?: CaseAnalysisAlertsRecordsItem[];
}

export interface CaseAnalysisEventsRecordsItem {
    /** Id of the event. */
    id?: string;
}

/** Events involved. */
export interface CaseAnalysisEvents {
    /** One record an event. */
    records?: CaseAnalysisEventsRecordsItem[];
}

export interface CaseAnalysisLeadsRecordsItem {
    /** Id of the lead. */
    id?: string;
}

/** Leads involved. */
export interface CaseAnalysisLeads {
    /** One record a lead. */
    records?: CaseAnalysisLeadsRecordsItem[];
}

export interface CaseAnalysisHostsRecordsItem {
    /** Agent id of the sensor on the host. */
    aid?: string;
    /** Name of the host. */
    hostname?: string;
    /** Address from which the sensor reaches the cloud. */
    agent_ip?: string;
    /** Address within the host's own network. */
    local_ip?: string;
    /** Id of the virtual machine, for hosts in a cloud. */
    cloud_instance_id?: string;
}

/** Hosts involved. */
export interface CaseAnalysisHosts {
    /** One record a host. */
    records?: CaseAnalysisHostsRecordsItem[];
}

export interface CaseAnalysisUsersRecordsItem {
    /** Account name. */
    username?: string;
    /** Name of the person. */
    user_full_name?: string;
    /** Addresses of the person. */
    email_addresses?: string[];
    /** Windows security identifier. */
    sid?: string;
    /** Id of the account at its source. */
    user_id?: string;
    /** Principal, where the source has principals. */
    user_principal_id?: string;
    /** Id at the identity provider. */
    idp_user_id?: string;
    /** Access key used, for cloud accounts. */
    user_token_key_id?: string;
}

/** User accounts involved. */
export interface CaseAnalysisUsers {
    /** One record a user. */
    records?: CaseAnalysisUsersRecordsItem[];
}

export interface CaseAnalysisFilesRecordsItem {
    /** Name of the file. */
    filename?: string;
    /** Path on the host. */
    path?: string;
    /** SHA-256 in hexadecimal. */
    sha256?: string;
    /** MD5 in hexadecimal. */
    md5?: string;
}

/** Files seen in detections. Files attached to the case are not here: ask query_file_details. */
export interface CaseAnalysisFiles {
    /** One record a file. */
    records?: CaseAnalysisFilesRecordsItem[];
}

export interface CaseAnalysisCloudAssetsRecordsItem {
    /** Id of the asset at its provider. */
    asset_id?: string;
    /** Kind of asset. */
    asset_type?: string;
    /** aws, azure or gcp. */
    cloud_provider?: string;
    /** Cloud account. */
    account_id?: string;
    /** Cloud region. */
    region?: string;
    /** Zone within the region. */
    availability_zone?: string;
    /** CrowdStrike's resource name of the asset. */
    gcrn?: string;
}

/** Cloud assets involved. */
export interface CaseAnalysisCloudAssets {
    /** One record an asset. */
    records?: CaseAnalysisCloudAssetsRecordsItem[];
}

/** What Falcon derived from the evidence: the hosts, users, files and cloud assets involved. */
export interface CaseAnalysis {
    /** Alerts involved. */
    alerts?: CaseAnalysisAlerts;
    /** Events involved. */
    events?: CaseAnalysisEvents;
    /** Leads involved. */
    leads?: CaseAnalysisLeads;
    /** Hosts involved. */
    hosts?: CaseAnalysisHosts;
    /** User accounts involved. */
    users?: CaseAnalysisUsers;
    /** Files seen in detections. Files attached to the case are not here: ask query_file_details. */
    files?: CaseAnalysisFiles;
    /** Cloud assets involved. */
    cloud_assets?: CaseAnalysisCloudAssets;
    /** Domains that the data came from, such as Endpoint or Identity. */
    data_domains?: string[];
}

/** Whether the case may be changed. */
export interface CaseReadOnly {
    /** true when the case takes no changes. */
    is_read_only?: boolean;
}

/** The workflow, when a workflow did it. */
export interface CaseActorWorkflow {
    /** Id of the workflow definition. */
    id?: string;
    /** Id of its run. */
    execution_id?: string;
}

/** Who or what opened or last changed a case. */
export interface CaseActor {
    /** Kind of actor, such as user or workflow; tells which member is filled. */
    type?: string;
    /** The user, when a user did it. */
    user?: FalconUser | null;
    /** The workflow, when a workflow did it. */
    workflow?: CaseActorWorkflow;
}

/** A case as the service shows it after every read and write. */
export interface Case {
    /** Id that every action takes. Opaque: do not build or parse it. */
    id: string;
    /** Short number for people, such as ABC-1234. No action takes it as an id; filters do. */
    reference_id?: string;
    /** Tenant that the case belongs to. */
    cid?: string;
    /** Name of the case. */
    name?: string;
    /** Description. */
    description?: string;
    /** How to read the description: markdown or plaintext. */
    description_format?: string;
    /** Users mentioned in the description. */
    description_tagged_users?: string[] | null;
    /** new, in_progress, closed or reopened. */
    status?: string;
    /** 1 (informational) to 100 (critical). */
    severity?: number;
    /** The severity by name. */
    severity_info?: CaseSeverityInfo;
    /** Tags. */
    tags?: string[] | null;
    /** Rises with each change; give it as expected_version to refuse a stale update. */
    version?: number;
    /** How far the service has settled after the last change. */
    consistency?: CaseConsistency;
    /** Owner of the case. */
    assigned_to?: FalconUser | null;
    /** The template that the case was made from, if any. */
    template?: CaseTemplate | null;
    /** Custom fields, from the template. */
    fields?: CaseCustomField[] | null;
    /** The SLA that applies to a case; null or absent where none does. */
    sla?: CaseSla | null;
    /** Workflows that run for the case. */
    workflows?: CaseWorkflow[] | null;
    /** Access tags that limit who sees the case. */
    access_tags?: CaseAccessTag[] | null;
    /** What analysts and rules attached to the case, by kind. */
    evidence?: CaseEvidence;
    /** What Falcon derived from the evidence: the hosts, users, files and cloud assets involved. */
    analysis_results?: CaseAnalysis;
    /** Whether the case may be changed. */
    read_only?: CaseReadOnly;
    /** Begin of the earliest activity in the evidence. */
    start_timestamp?: string;
    /** End of the latest activity in the evidence. */
    end_timestamp?: string | null;
    /** When the case was opened. */
    created_timestamp?: string;
    /** User who opened it. */
    created_by?: FalconUser | null;
    /** Who or what opened it. */
    creation_actor?: CaseActor | null;
    /** When the case was last changed. */
    updated_timestamp?: string;
    /** User who changed it last. */
    last_updated_by?: FalconUser | null;
    /** Who or what changed it last. */
    update_actor?: CaseActor | null;
}

export interface EventSelectorInput {
    /** Id of the event in Next-Gen SIEM (LogScale): `@id` of the search result. */
    id: string;
}

/** Input of add_case_event_evidence. */
export interface AddCaseEventEvidenceInput {
    /** The case that gets the events. */
    id: string;
    /** Ids of the events in LogScale, or {id} objects; one alone needs no list. */
    events: readonly (EventSelectorInput | string)[] | EventSelectorInput | string;
    body?: never;
}

/** Input of add_case_event_evidence. */
export interface AddCaseEventEvidenceInputByBody {
    id?: never;
    events?: never;
    /** Whole request body in place of the named inputs; here each of `events` is an {id} object. */
    body: Record<string, unknown>;
}

/** Input of add_case_tags. */
export interface AddCaseTagsInput {
    /** The case to tag. */
    id: string;
    /** Tags to add; one alone needs no list. */
    tags: readonly string[] | string;
    body?: never;
}

/** Input of add_case_tags. */
export interface AddCaseTagsInputByBody {
    id?: never;
    tags?: never;
    /** Whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

/** One bucket of a date_range aggregate: the records between two times. */
export interface AggregateDateRangeInput {
    /** Begin, an RFC 3339 time such as 2025-01-31T00:00:00Z. */
    from?: string;
    /** End, an RFC 3339 time. */
    to?: string;
}

export interface AggregateQueryInputRangesItem {
    /** Begin of the range. */
    From?: number;
    /** End of the range. */
    To?: number;
}

export interface AggregateQueryInputRanges {
    /** Begin of the range. */
    From?: number;
    /** End of the range. */
    To?: number;
}

/** Ends of a histogram, so that empty buckets are shown up to them. */
export interface AggregateQueryInputExtendedBounds {
    /** First bucket. */
    min?: string;
    /** Last bucket. */
    max?: string;
}

/** Buckets by filter, for a filters aggregate. */
export interface AggregateQueryInputFiltersSpec {
    /** Name of each bucket, and its filter. */
    filters?: Record<string, unknown>;
    /** Whether to count the rest in a bucket of its own. */
    other_bucket?: boolean;
    /** Name of that bucket. */
    other_bucket_key?: string;
}

export interface AggregateSubQueryInputRangesItem {
    /** Begin of the range. */
    From?: number;
    /** End of the range. */
    To?: number;
}

export interface AggregateSubQueryInputRanges {
    /** Begin of the range. */
    From?: number;
    /** End of the range. */
    To?: number;
}

/** Ends of a histogram, so that empty buckets are shown up to them. */
export interface AggregateSubQueryInputExtendedBounds {
    /** First bucket. */
    min?: string;
    /** Last bucket. */
    max?: string;
}

/** Buckets by filter, for a filters aggregate. */
export interface AggregateSubQueryInputFiltersSpec {
    /** Name of each bucket, and its filter. */
    filters?: Record<string, unknown>;
    /** Whether to count the rest in a bucket of its own. */
    other_bucket?: boolean;
    /** Name of that bucket. */
    other_bucket_key?: string;
}

/** As an aggregate. Of what is nested deeper still, the members are not checked. */
export interface AggregateSubQueryInput {
    /** Kind of aggregate. `terms` counts each value of the field, `date_range` each range. */
    type: string;
    /** Field to count by; for files: name, case_id, id, cid or file_size. */
    field?: string;
    /** Name that the result carries, to tell several aggregates of one call apart. */
    name?: string;
    /** FQL: only what matches is counted. For files, case_id:['ID'] limits to a case. */
    filter?: string;
    /** Free text that what is counted must match. */
    q?: string;
    /** Most buckets to answer. */
    size?: number;
    /** Buckets to skip. */
    from?: number;
    /** Order of the buckets, field|asc or field|desc. The service is known to ignore it. */
    sort?: string;
    /** Buckets of a date_range aggregate. */
    date_ranges?: readonly AggregateDateRangeInput[] | AggregateDateRangeInput;
    /** Buckets of a range aggregate. Note the capitals of the service. */
    ranges?: readonly AggregateSubQueryInputRangesItem[] | AggregateSubQueryInputRanges;
    /** Width of the buckets of a date_histogram, such as day, or of a histogram, such as 10. */
    interval?: string;
    /** Ends of a histogram, so that empty buckets are shown up to them. */
    extended_bounds?: AggregateSubQueryInputExtendedBounds;
    /** Time zone in which days begin, such as +02:00. */
    time_zone?: string;
    /** Values to count; all others are left out. */
    include?: string;
    /** Values to leave out. */
    exclude?: string;
    /** Value to count for records that lack the field. */
    missing?: string;
    /** Leave out buckets with fewer records. */
    min_doc_count?: number;
    /** Leave out buckets with more records. */
    max_doc_count?: number;
    /** Percentiles to compute, for a percentiles aggregate. */
    percents?: readonly number[];
    /** Buckets by filter, for a filters aggregate. */
    filters_spec?: AggregateSubQueryInputFiltersSpec;
    /** Aggregates of the same form within each of these buckets. */
    sub_aggregates?: readonly (Record<string, unknown>)[];
}

/** One question to an aggregate action. A type and a field suffice; the rest refines it. */
export interface AggregateQueryInput {
    /** Kind of aggregate. `terms` counts each value of the field, `date_range` each range. */
    type: string;
    /** Field to count by; for files: name, case_id, id, cid or file_size. */
    field: string;
    /** Name that the result carries, to tell several aggregates of one call apart. */
    name?: string;
    /** FQL: only what matches is counted. For files, case_id:['ID'] limits to a case. */
    filter?: string;
    /** Free text that what is counted must match. */
    q?: string;
    /** Most buckets to answer. */
    size?: number;
    /** Buckets to skip. */
    from?: number;
    /** Order of the buckets, field|asc or field|desc. The service is known to ignore it. */
    sort?: string;
    /** Buckets of a date_range aggregate. */
    date_ranges?: readonly AggregateDateRangeInput[] | AggregateDateRangeInput;
    /** Buckets of a range aggregate. Note the capitals of the service. */
    ranges?: readonly AggregateQueryInputRangesItem[] | AggregateQueryInputRanges;
    /** Width of the buckets of a date_histogram, such as day, or of a histogram, such as 10. */
    interval?: string;
    /** Ends of a histogram, so that empty buckets are shown up to them. */
    extended_bounds?: AggregateQueryInputExtendedBounds;
    /** Time zone in which days begin, such as +02:00. */
    time_zone?: string;
    /** Values to count; all others are left out. */
    include?: string;
    /** Values to leave out. */
    exclude?: string;
    /** Value to count for records that lack the field. */
    missing?: string;
    /** Leave out buckets with fewer records. */
    min_doc_count?: number;
    /** Leave out buckets with more records. */
    max_doc_count?: number;
    /** Percentiles to compute, for a percentiles aggregate. */
    percents?: readonly number[];
    /** Buckets by filter, for a filters aggregate. */
    filters_spec?: AggregateQueryInputFiltersSpec;
    /** Aggregates to be made within each bucket. */
    sub_aggregates?: readonly AggregateSubQueryInput[] | AggregateSubQueryInput;
}

/** Input of aggregates_file_details_post_v1. */
export interface AggregatesFileDetailsPostV1Input {
    /** The aggregates to compute: one object, or a list of them. */
    body: readonly AggregateQueryInput[] | AggregateQueryInput;
    /** FQL for all aggregates, such as case_id:['ID']; by name, case_id, id, cid or file_size. */
    filter?: string;
    /** Ids of files. The service is known to count all files nevertheless: use `filter`. */
    ids?: readonly string[] | string;
}

export interface AggregationSubResultBucketsItem {
    /** The value that the bucket stands for; of any type. */
    label?: unknown;
    /** Records in the bucket. */
    count?: number;
    /** The value as text, where the label is none. */
    key_as_string?: string;
    /** Begin of a range. */
    from?: number;
    /** End of a range. */
    to?: number;
    /** Begin of a date range. */
    string_from?: string;
    /** End of a date range. */
    string_to?: string;
    /** Computed value, for metric aggregates. */
    value?: number;
    /** The same as text. */
    value_as_string?: string;
    /** Results of what is nested deeper, of the same form. */
    sub_aggregates?: (Record<string, unknown>)[];
}

export interface AggregationHitsHitsItem {
    /** Id of the record. */
    ID?: string;
    /** How well it matches. */
    Score?: number;
    /** The record, as text. */
    Source?: string;
}

/** Best matching records, where the service gives them. It writes the names with capitals. */
export interface AggregationHits {
    /** The records. */
    Hits?: AggregationHitsHitsItem[];
    /** Score of the best. */
    MaxScore?: number;
}

/** Result of a sub-aggregate, of the same form as the outer one. */
export interface AggregationSubResult {
    /** Name given in the question. */
    name?: string;
    /** The buckets. */
    buckets?: AggregationSubResultBucketsItem[];
    /** How far a count may be off. */
    doc_count_error_upper_bound?: number;
    /** Records in buckets that were not returned. */
    sum_other_doc_count?: number;
    /** Best matching records, where the service gives them. It writes the names with capitals. */
    hits?: AggregationHits | null;
}

export interface AggregationResultBucketsItem {
    /** The value that the bucket stands for; of any type. */
    label?: unknown;
    /** Records in the bucket. */
    count?: number;
    /** The value as text, where the label is none. */
    key_as_string?: string;
    /** Begin of a range. */
    from?: number;
    /** End of a range. */
    to?: number;
    /** Begin of a date range. */
    string_from?: string;
    /** End of a date range. */
    string_to?: string;
    /** Computed value, for metric aggregates. */
    value?: number;
    /** The same as text. */
    value_as_string?: string;
    /** Results of the sub-aggregates. */
    sub_aggregates?: AggregationSubResult[];
}

/** Buckets with counts. Several results need not come in the order asked: tell them apart by name. */
export interface AggregationResult {
    /** Name given in the question. */
    name?: string;
    /** The buckets. */
    buckets?: AggregationResultBucketsItem[];
    /** How far a count may be off. */
    doc_count_error_upper_bound?: number;
    /** Records in buckets that were not returned. */
    sum_other_doc_count?: number;
    /** Best matching records, where the service gives them. It writes the names with capitals. */
    hits?: AggregationHits | null;
}

/** Input of bulk_download_files. */
export interface BulkDownloadFilesInput {
    /** Ids of the files, from query_file_detail_ids. */
    ids: readonly string[] | string;
    /** File name or path to save under, in an allowed directory. Absent: the name from the service. */
    save_as?: string;
    body?: never;
}

/** Input of bulk_download_files. */
export interface BulkDownloadFilesInputByBody {
    ids?: never;
    /** File name or path to save under, in an allowed directory. Absent: the name from the service. */
    save_as?: string;
    /** Whole request body in place of `ids`. */
    body: Record<string, unknown>;
}

export interface LeadSelectorInput {
    /** Id of the lead. */
    id: string;
}

/** What the case starts with. Alerts and events together: at most 100 a case. */
export interface EvidenceSelectionInput {
    /** Alerts, as ids or {id} objects; one alone needs no list. */
    alerts?: readonly (AlertSelectorInput | string)[] | AlertSelectorInput | string;
    /** Events, as ids or {id} objects; one alone needs no list. */
    events?: readonly (EventSelectorInput | string)[] | EventSelectorInput | string;
    /** Leads, as ids or {id} objects. They can be given at creation only. */
    leads?: readonly (LeadSelectorInput | string)[] | LeadSelectorInput | string;
}

export interface TemplateSelectorInput {
    /** Id of the template, from query_templates; not its name. */
    id: string;
}

/** Severity by name. The service does not publish the names; prefer the number in `severity`. */
export interface SeverityLevelInput {
    /** Name of the level, as `severity_info.level` of a case shows it. */
    level: string;
}

/** An access tag that limits who sees the case, named by its id or its key. */
export interface AccessTagSelectorInput {
    /** Tenant that owns the tag. */
    cid?: string;
    /** Id of the tag, from query_access_tags. */
    id?: string;
    /** Key of the tag, as get_access_tags shows it. */
    key?: string;
}

/** Input of create_case. */
export interface CreateCaseInput {
    /** Name of the case. */
    name: string;
    /** 1 to 100: informational 1, low about 25, medium 50, high 75, critical 100. */
    severity: number;
    /** What happened, and why the case exists. */
    description?: string;
    /** How the description is to be read; `markdown` and `plaintext` are known. */
    description_format?: string;
    /** UUIDs of the users mentioned in the description. */
    description_tagged_users?: readonly string[];
    /** Status to start with. */
    status?: "new" | "in_progress";
    /** Falcon user who shall own the case: the UUID, not the mail address. Absent: nobody. */
    assigned_to_user_uuid?: string;
    /** Tags to start with; together at most 128 characters. */
    tags?: readonly string[] | string;
    /** What the case starts with. Alerts and events together: at most 100 a case. */
    evidence?: EvidenceSelectionInput;
    /** Template that gives the case its custom fields, SLA and workflows. An id, or {id}. */
    template?: TemplateSelectorInput | string;
    /** Severity by name. The service does not publish the names; prefer the number in `severity`. */
    severity_info?: SeverityLevelInput;
    /** Access tags that limit who sees the case. */
    access_tags?: readonly AccessTagSelectorInput[];
    body?: never;
}

/** Input of create_case. */
export interface CreateCaseInputByBody {
    name?: never;
    severity?: never;
    description?: never;
    description_format?: never;
    description_tagged_users?: never;
    status?: never;
    assigned_to_user_uuid?: never;
    tags?: never;
    evidence?: never;
    template?: never;
    severity_info?: never;
    access_tags?: never;
    /** Whole request body in place of the named inputs; it needs name and severity too. */
    body: Record<string, unknown>;
}

/** One way to reach people. */
export interface NotificationChannelInput {
    /** Kind of channel. Microsoft Teams needs v2. */
    type: "email" | "slack" | "pagerduty" | "webhook";
    /** Name of the integration in the Falcon console that sends. */
    config_name?: string;
    /** Id of that integration, where the name alone is not enough. */
    config_id?: string;
    /** Addresses, for email. */
    recipients?: readonly string[];
    /** Severity given to the message, for PagerDuty, such as critical. */
    severity?: string;
}

/** Input of create_notification_group. */
export interface CreateNotificationGroupInput {
    /** Name shown in the console. */
    name: string;
    /** What the group is for. */
    description?: string;
    /** Where notifications go. */
    channels: readonly NotificationChannelInput[];
    body?: never;
}

/** Input of create_notification_group. */
export interface CreateNotificationGroupInputByBody {
    name?: never;
    description?: never;
    channels?: never;
    /** The whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

export interface NotificationGroupChannelsItem {
    /** Kind of channel. */
    type?: "email" | "slack" | "pagerduty" | "webhook";
    /** Name of the integration in the Falcon console that sends. */
    config_name?: string;
    /** Id of that integration. */
    config_id?: string;
    /** Addresses, for email. */
    recipients?: string[] | null;
    /** Severity given to the message, for PagerDuty. */
    severity?: string;
}

/** Who made or changed a piece of configuration: a console user or an API client. */
export interface ConfigActor {
    /** Tenant of the actor. */
    cid?: string;
    /** Id of the user, where a user did it. */
    user_uuid?: string;
    /** Login name of the user. */
    username?: string;
    /** Id of the API client, where a program did it. */
    client_id?: string;
}

/** Channels that SLAs notify, in the deprecated form. */
export interface NotificationGroup {
    /** Id of the group, as the steps of an SLA want it. */
    id?: string;
    /** Name shown in the console. */
    name?: string;
    /** What the group is for. */
    description?: string;
    /** Tenant (customer id) it belongs to. */
    cid?: string;
    /** Where notifications go. */
    channels?: NotificationGroupChannelsItem[];
    /** Who made it. */
    created_by?: ConfigActor | null;
    /** Name of the maker, for display. */
    created_by_name?: string;
    /** When it was made. */
    created_timestamp?: string;
    /** Who changed it last. */
    updated_by?: ConfigActor | null;
    /** Name of who changed it last, for display. */
    updated_by_name?: string;
    /** When it was changed last. */
    updated_timestamp?: string;
}

/** One way to reach people. */
export interface NotificationChannelV2Input {
    /** Kind of channel. */
    type: "email" | "slack" | "pagerduty" | "webhook" | "ms_teams";
    /** Name of the integration in the Falcon console that sends. */
    config_name?: string;
    /** Id of that integration, where the name alone is not enough. */
    config_id?: string;
    /** Settings that the kind of channel needs: any JSON, such as {"recipients": [...]}. */
    params?: unknown;
}

/** Input of create_notification_group_v2. */
export interface CreateNotificationGroupV2Input {
    /** Name shown in the console. */
    name: string;
    /** What the group is for. */
    description?: string;
    /** Where notifications go. */
    channels: readonly NotificationChannelV2Input[];
    body?: never;
}

/** Input of create_notification_group_v2. */
export interface CreateNotificationGroupV2InputByBody {
    name?: never;
    description?: never;
    channels?: never;
    /** The whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

export interface NotificationGroupV2ChannelsItem {
    /** Kind of channel. */
    type?: "email" | "slack" | "pagerduty" | "webhook" | "ms_teams";
    /** Name of the integration in the Falcon console that sends. */
    config_name?: string;
    /** Id of that integration. */
    config_id?: string;
    /** Settings of the channel as JSON text, to be parsed once more, although requests take any JSON. */
    params?: string;
}

/** Channels that SLAs notify. */
export interface NotificationGroupV2 {
    /** Id of the group, as the steps of an SLA want it. */
    id?: string;
    /** Name shown in the console. */
    name?: string;
    /** What the group is for. */
    description?: string;
    /** Tenant (customer id) it belongs to. */
    cid?: string;
    /** Where notifications go. */
    channels?: NotificationGroupV2ChannelsItem[];
    /** Who made it. */
    created_by?: ConfigActor | null;
    /** Name of the maker, for display. */
    created_by_name?: string;
    /** When it was made. */
    created_timestamp?: string;
    /** Who changed it last. */
    updated_by?: ConfigActor | null;
    /** Name of who changed it last, for display. */
    updated_by_name?: string;
    /** When it was changed last. */
    updated_timestamp?: string;
}

export interface SlaGoalInputEscalationPolicyStepsItem {
    /** Seconds from the start of the timer to the notification. */
    escalate_after_seconds?: number;
    /** Group to notify, from query_notification_groups_v2. */
    notification_group_id: string;
}

/** Who is told, and when. Without it the goal is only measured. */
export interface SlaGoalInputEscalationPolicy {
    /** Notifications, each at its own time. */
    steps: readonly SlaGoalInputEscalationPolicyStepsItem[];
}

/** How soon something must have happened to a case, and who is told if it has not. */
export interface SlaGoalInput {
    /** `ack`: until somebody takes the case. `resolve`: until it is closed. */
    type: "ack" | "resolve";
    /** Time allowed, in seconds: 3600 is an hour. */
    duration_seconds: number;
    /** Who is told, and when. Without it the goal is only measured. */
    escalation_policy?: SlaGoalInputEscalationPolicy;
}

/** Input of create_sla. */
export interface CreateSlaInput {
    /** Name shown in the console. */
    name: string;
    /** What the SLA is for. */
    description?: string;
    /** The goals: one of each kind, or only one. */
    goals: readonly SlaGoalInput[];
    body?: never;
}

/** Input of create_sla. */
export interface CreateSlaInputByBody {
    name?: never;
    description?: never;
    goals?: never;
    /** The whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

export interface SlaGoalsItemEscalationPolicyStepsItem {
    /** Seconds from the start of the timer to the notification. */
    escalate_after_seconds?: number;
    /** Group that is notified. */
    notification_group_id?: string;
}

/** Who is told, and when. */
export interface SlaGoalsItemEscalationPolicy {
    /** Notifications, each at its own time. */
    steps?: SlaGoalsItemEscalationPolicyStepsItem[] | null;
}

export interface SlaGoalsItem {
    /** `ack`: until somebody takes the case. `resolve`: until it is closed. */
    type?: "ack" | "resolve";
    /** Time allowed, in seconds. */
    duration_seconds?: number;
    /** Who is told, and when. */
    escalation_policy?: SlaGoalsItemEscalationPolicy | null;
}

/** Service level agreement: goals for cases, and who is told when one is at risk. */
export interface Sla {
    /** Id of the SLA, as sla_id of a template wants it. */
    id?: string;
    /** Name shown in the console. */
    name?: string;
    /** What the SLA is for. */
    description?: string;
    /** Tenant (customer id) it belongs to. */
    cid?: string;
    /** The goals. */
    goals?: SlaGoalsItem[] | null;
    /** Who made it. */
    created_by?: ConfigActor | null;
    /** Name of the maker, for display. */
    created_by_name?: string;
    /** When it was made. */
    created_timestamp?: string;
    /** Who changed it last. */
    updated_by?: ConfigActor | null;
    /** Name of who changed it last, for display. */
    updated_by_name?: string;
    /** When it was changed last. */
    updated_timestamp?: string;
}

export interface CreateTemplateFieldsItemOptionsItem {
    /** The value as it is shown and stored. */
    value: string;
}

export interface CreateTemplateFieldsItem {
    /** Name shown in the console. */
    name: string;
    /** Kind of value, such as string. The service publishes no list: get_fields shows those in use. */
    data_type: string;
    /** Form control, such as text or dropdown. No list of these is published either. */
    input_type: string;
    /** Whether every case of the template needs a value. */
    required?: boolean;
    /** Whether the field may hold several values. */
    multivalued?: boolean;
    /** Value of a new case, as text. */
    default_value?: string;
    /** The fixed choice, for a field that has one. */
    options?: readonly CreateTemplateFieldsItemOptionsItem[];
    /** Place in the form, lowest first. */
    display_order?: number;
}

export interface CreateTemplateSlaRulesItem {
    /** Kind of rule. The service publishes no list: get_templates shows those in use. */
    type: string;
    /** Which cases the rule applies to, in the form that get_templates shows. */
    condition: string;
    /** SLA of those cases, from query_slas. */
    sla_id: string;
}

/** A Fusion workflow that analysts can start from a case of the template. */
export interface TemplateWorkflowInput {
    /** Id of the workflow definition. */
    id: string;
    /** Place in the list, lowest first. */
    display_order?: number;
}

export interface TemplateAccessTagInputTemplatesItem {
    /** Id of the template. */
    id?: string;
    /** Its name. */
    name?: string;
}

/** A tag that limits who sees the template and its cases. A tag from get_access_tags fits as it is. */
export interface TemplateAccessTagInput {
    /** Id of the tag, from query_access_tags. */
    id?: string;
    /** Key of the tag, as get_access_tags shows it. */
    key?: string;
    /** Tenant that owns the tag. */
    cid?: string;
    /** Told by the service and of no effect here. */
    has_access?: boolean;
    /** Told by the service and of no effect here. */
    templates?: readonly TemplateAccessTagInputTemplatesItem[];
}

/** Input of create_template. */
export interface CreateTemplateInput {
    /** Name shown in the console. */
    name: string;
    /** What the template is for. */
    description?: string;
    /** Custom fields that cases of the template have. */
    fields?: readonly CreateTemplateFieldsItem[];
    /** SLA of every case of the template, from query_slas. */
    sla_id?: string;
    /** Rules that choose the SLA by the case. */
    sla_rules?: readonly CreateTemplateSlaRulesItem[];
    /** Workflows offered on cases of the template. */
    workflows?: readonly TemplateWorkflowInput[];
    /** Access tags that limit who sees the template and its cases. */
    access_tags?: readonly TemplateAccessTagInput[];
    body?: never;
}

/** Input of create_template. */
export interface CreateTemplateInputByBody {
    name?: never;
    description?: never;
    fields?: never;
    sla_id?: never;
    sla_rules?: never;
    workflows?: never;
    access_tags?: never;
    /** The whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

/** One value of a field with a fixed choice. */
export interface FieldOption {
    /** Id of the option. */
    id?: string;
    /** The value as it is shown and stored. */
    value?: string;
    /** Who made it. */
    created_by?: ConfigActor | null;
    /** Name of the maker, for display. */
    created_by_name?: string;
    /** When it was made. */
    created_timestamp?: string;
    /** Who changed it last. */
    updated_by?: ConfigActor | null;
    /** Name of who changed it last, for display. */
    updated_by_name?: string;
    /** When it was changed last. */
    updated_timestamp?: string;
}

/** Definition of a custom field that a template gives to its cases. The value is set on the case. */
export interface Field {
    /** Id of the field, as custom_fields of update_case_fields wants it. */
    id?: string;
    /** Name shown in the console. */
    name?: string;
    /** Kind of value that the field holds, such as string. The service publishes no list. */
    data_type?: string;
    /** Form control that the console shows, such as text or dropdown. */
    input_type?: string;
    /** Whether every case of the template needs a value. */
    required?: boolean;
    /** Whether the field holds several values. */
    multivalued?: boolean;
    /** Value of a new case, as text. */
    default_value?: string;
    /** Place in the form, lowest first. */
    display_order?: number;
    /** The fixed choice, where there is one. */
    options?: FieldOption[] | null;
    /** Who made it. */
    created_by?: ConfigActor | null;
    /** Name of the maker, for display. */
    created_by_name?: string;
    /** When it was made. */
    created_timestamp?: string;
    /** Who changed it last. */
    updated_by?: ConfigActor | null;
    /** Name of who changed it last, for display. */
    updated_by_name?: string;
    /** When it was changed last. */
    updated_timestamp?: string;
}

export interface TemplateSlaRulesItem {
    /** Id of the rule. */
    id?: string;
    /** Kind of rule. */
    type?: string;
    /** Which cases the rule applies to. */
    condition?: string;
    /** SLA of those cases. */
    sla_id?: string;
    /** Who made it. */
    created_by?: ConfigActor | null;
    /** Name of the maker, for display. */
    created_by_name?: string;
    /** When it was made. */
    created_timestamp?: string;
    /** Who changed it last. */
    updated_by?: ConfigActor | null;
    /** Name of who changed it last, for display. */
    updated_by_name?: string;
    /** When it was changed last. */
    updated_timestamp?: string;
}

/** A Fusion workflow that analysts can start from a case of the template. */
export interface TemplateWorkflow {
    /** Id of the workflow definition. */
    id?: string;
    /** Place in the list, lowest first. */
    display_order?: number;
}

export interface AccessTagTemplatesItem {
    /** Id of the template. */
    id?: string;
    /** Its name. */
    name?: string;
}

/** A label that limits who sees the cases and templates that carry it. */
export interface AccessTag {
    /** Id of the tag. */
    id?: string;
    /** Key of the tag, as the console shows it. */
    key?: string;
    /** Tenant (customer id) it belongs to. */
    cid?: string;
    /** Whether the caller has access by the tag. To be trusted only when with_has_access was set. */
    has_access?: boolean;
    /** Templates that carry the tag. */
    templates?: AccessTagTemplatesItem[] | null;
}

/** What a case starts with: custom fields, an SLA, workflows and access tags. */
export interface Template {
    /** Id of the template, as create_case and update_case_fields want it. */
    id?: string;
    /** Name shown in the console. */
    name?: string;
    /** What the template is for. */
    description?: string;
    /** Tenant (customer id) it belongs to. */
    cid?: string;
    /** Whether the caller may use the template. To be trusted only when with_has_access was set. */
    has_access?: boolean;
    /** Custom fields of its cases. */
    fields?: Field[] | null;
    /** SLA of its cases, where one applies to all of them. */
    sla_id?: string;
    /** How the SLA of a case is found; set by the service and not to be written. */
    sla_method?: string;
    /** Rules that choose the SLA by the case. */
    sla_rules?: TemplateSlaRulesItem[] | null;
    /** Workflows offered on its cases. */
    workflows?: TemplateWorkflow[] | null;
    /** Tags that limit who sees the template and its cases. */
    access_tags?: AccessTag[] | null;
    /** Who made it. */
    created_by?: ConfigActor | null;
    /** Name of the maker, for display. */
    created_by_name?: string;
    /** When it was made. */
    created_timestamp?: string;
    /** Who changed it last. */
    updated_by?: ConfigActor | null;
    /** Name of who changed it last, for display. */
    updated_by_name?: string;
    /** When it was changed last. */
    updated_timestamp?: string;
}

/** Input of delete_case_tags. */
export interface DeleteCaseTagsInput {
    /** The case to take the tags off. */
    id: string;
    /** Tags to remove, as `tags` of the case shows them. */
    tag: readonly string[] | string;
    parameters?: never;
}

/** Input of delete_case_tags. */
export interface DeleteCaseTagsInputByParameters {
    id?: never;
    tag?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of delete_file_details. */
export interface DeleteFileDetailsInput {
    /** Ids of the files to delete. More than 100 are sent in parts. */
    ids: readonly string[] | string;
    parameters?: never;
}

/** Input of delete_file_details. */
export interface DeleteFileDetailsInputByParameters {
    ids?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of delete_notification_group. */
export interface DeleteNotificationGroupInput {
    /** Ids of the groups to delete, from query_notification_groups. More than 100 are sent in parts. */
    ids: readonly string[] | string;
    parameters?: never;
}

/** Input of delete_notification_group. */
export interface DeleteNotificationGroupInputByParameters {
    ids?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of delete_notification_group_v2. */
export interface DeleteNotificationGroupV2Input {
    /** Ids of the groups to delete, from query_notification_groups_v2. More than 100 are sent in parts. */
    ids: readonly string[] | string;
    parameters?: never;
}

/** Input of delete_notification_group_v2. */
export interface DeleteNotificationGroupV2InputByParameters {
    ids?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of delete_sla. */
export interface DeleteSlaInput {
    /** Ids of the SLAs to delete, from query_slas. More than 100 are sent in parts. */
    ids: readonly string[] | string;
    parameters?: never;
}

/** Input of delete_sla. */
export interface DeleteSlaInputByParameters {
    ids?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of delete_templates. */
export interface DeleteTemplatesInput {
    /** Ids of the templates to delete, from query_templates; more than 100 are sent in parts. */
    ids: readonly string[] | string;
    parameters?: never;
}

/** Input of delete_templates. */
export interface DeleteTemplatesInputByParameters {
    ids?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of download_existing_files. */
export interface DownloadExistingFilesInput {
    /** The file, from query_file_details. For several use bulk_download_files. */
    id: string;
    /** File name or path to save under, in an allowed directory. Absent: the name from the service. */
    save_as?: string;
    /** SHA-256 that the file must have, hash_value of its details. A file that has another is not kept. An HTML page that comes without a file name is taken for a file only with it. */
    sha256?: string;
    parameters?: never;
}

/** Input of download_existing_files. */
export interface DownloadExistingFilesInputByParameters {
    id?: never;
    /** File name or path to save under, in an allowed directory. Absent: the name from the service. */
    save_as?: string;
    /** SHA-256 that the file must have, hash_value of its details. A file that has another is not kept. An HTML page that comes without a file name is taken for a file only with it. */
    sha256?: string;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of download_files_by_post. */
export interface DownloadFilesByPostInput {
    /** The file. One only: several might be answered with several links, and one file is saved. */
    ids: readonly string[] | string;
    /** File name or path to save under, in an allowed directory. Absent: the name from the service. */
    save_as?: string;
    body?: never;
}

/** Input of download_files_by_post. */
export interface DownloadFilesByPostInputByBody {
    ids?: never;
    /** File name or path to save under, in an allowed directory. Absent: the name from the service. */
    save_as?: string;
    /** Whole request body in place of `ids`. */
    body: Record<string, unknown>;
}

/** Input of export_templates. */
export interface ExportTemplatesInput {
    /** Ids of the templates, from query_templates; at most 100 in a call. */
    ids?: readonly string[] | string;
    /** FQL that chooses the templates, such as name:'Phishing', as in query_templates. */
    filter?: string;
    /** Form of the files in the archive. */
    format?: "yaml" | "json";
    /** File name or path to save under, in an allowed directory. Absent: the name from the service. */
    save_as?: string;
    parameters?: never;
}

/** Input of export_templates. */
export interface ExportTemplatesInputByParameters {
    ids?: never;
    filter?: never;
    format?: never;
    /** File name or path to save under, in an allowed directory. Absent: the name from the service. */
    save_as?: string;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of get_access_tag_aggregations. */
export interface GetAccessTagAggregationsInput {
    /** `terms` makes a bucket of each value of the field, `date_range` one of each of date_ranges. */
    type: "terms" | "date_range";
    /** Field to count by: key, id or cid. */
    field: string;
    /** Name that the result carries, to tell several aggregates apart. */
    name?: string;
    /** FQL over the same fields: only what matches is counted. `~` and a * inside plain quotes match nothing here; part of a value is :*'*text*'. */
    filter?: string;
    /** Buckets of a date_range aggregate, which cannot do without. */
    date_ranges?: readonly AggregateDateRangeInput[] | AggregateDateRangeInput;
    /** Most buckets to answer. */
    size?: number;
    /** Buckets to skip. */
    from?: number;
    /** Order of the buckets, field|asc or field|desc. The service is known to ignore it. */
    sort?: string;
    body?: never;
}

/** Input of get_access_tag_aggregations. */
export interface GetAccessTagAggregationsInputByBody {
    type?: never;
    field?: never;
    name?: never;
    filter?: never;
    date_ranges?: never;
    size?: never;
    from?: never;
    sort?: never;
    /** The whole request body in place of the named inputs: one aggregate, or a list of several. */
    body: readonly (Record<string, unknown>)[] | Record<string, unknown>;
}

/** Input of get_access_tags. */
export interface GetAccessTagsInput {
    /** Ids of the access tags, from query_access_tags. More than 100 are asked for in parts. */
    ids: readonly string[] | string;
    /** true: say of each tag whether the caller has access by it, in has_access. */
    with_has_access?: boolean;
    parameters?: never;
}

/** Input of get_access_tags. */
export interface GetAccessTagsInputByParameters {
    ids?: never;
    with_has_access?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of get_cases. */
export interface GetCasesInput {
    /** Ids of the cases, not their reference_id. More than 1000 are asked for in parts. */
    ids: readonly string[] | string;
    body?: never;
}

/** Input of get_cases. */
export interface GetCasesInputByBody {
    ids?: never;
    /** Whole request body in place of `ids`; sent in one part. */
    body: Record<string, unknown>;
}

/** Input of get_fields. */
export interface GetFieldsInput {
    /** Ids of the fields, from query_fields. More than 100 are asked for in parts. */
    ids: readonly string[] | string;
    parameters?: never;
}

/** Input of get_fields. */
export interface GetFieldsInputByParameters {
    ids?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of get_file_details. */
export interface GetFileDetailsInput {
    /** Ids of the files, from query_file_detail_ids. More than 100 are asked for in parts. */
    ids: readonly string[] | string;
    parameters?: never;
}

/** Input of get_file_details. */
export interface GetFileDetailsInputByParameters {
    ids?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** What the service knows of a file attached to a case. */
export interface FileDetails {
    /** Id that the file actions take. */
    id: string;
    /** The case it is attached to. */
    case_id?: string;
    /** Tenant. */
    cid?: string;
    /** File name. */
    name?: string;
    /** Description. */
    description?: string;
    /** Size for people, such as 114.8 KB. To compute, use file_size_bytes. */
    file_size?: string;
    /** Size in bytes. */
    file_size_bytes?: number;
    /** Type that the service recognised. */
    file_type?: string;
    /** Hash of the content. The service names no algorithm; 64 hex digits are SHA-256. */
    hash_value?: string;
    /** How the file came to the case, such as an upload or RTR. */
    source?: string;
    /** Who attached it. */
    uploaded_by?: string;
    /** When it was attached. */
    uploaded_on?: string;
}

/** Input of get_notification_groups. */
export interface GetNotificationGroupsInput {
    /** Ids of the groups, from query_notification_groups. More than 100 are asked for in parts. */
    ids: readonly string[] | string;
    parameters?: never;
}

/** Input of get_notification_groups. */
export interface GetNotificationGroupsInputByParameters {
    ids?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of get_notification_groups_aggregation. */
export interface GetNotificationGroupsAggregationInput {
    /** `terms` makes a bucket of each value of the field, `date_range` one of each of date_ranges. */
    type: "terms" | "date_range";
    /** Field to count by: name, id, cid, created_by_name, updated_by_name, created_timestamp, updated_timestamp. */
    field: string;
    /** Name that the result carries, to tell several aggregates apart. */
    name?: string;
    /** FQL over the same fields: only what matches is counted. `~` and a * inside plain quotes match nothing here; part of a value is :*'*text*'. */
    filter?: string;
    /** Buckets of a date_range aggregate, which cannot do without. */
    date_ranges?: readonly AggregateDateRangeInput[] | AggregateDateRangeInput;
    /** Most buckets to answer. */
    size?: number;
    /** Buckets to skip. */
    from?: number;
    /** Order of the buckets, field|asc or field|desc. The service is known to ignore it. */
    sort?: string;
    body?: never;
}

/** Input of get_notification_groups_aggregation. */
export interface GetNotificationGroupsAggregationInputByBody {
    type?: never;
    field?: never;
    name?: never;
    filter?: never;
    date_ranges?: never;
    size?: never;
    from?: never;
    sort?: never;
    /** The whole request body in place of the named inputs: one aggregate, or a list of several. */
    body: readonly (Record<string, unknown>)[] | Record<string, unknown>;
}

/** Input of get_notification_groups_aggregation_v2. */
export interface GetNotificationGroupsAggregationV2Input {
    /** `terms` makes a bucket of each value of the field, `date_range` one of each of date_ranges. */
    type: "terms" | "date_range";
    /** Field to count by: name, id, cid, created_by_name, updated_by_name, created_timestamp, updated_timestamp. */
    field: string;
    /** Name that the result carries, to tell several aggregates apart. */
    name?: string;
    /** FQL over the same fields: only what matches is counted. `~` and a * inside plain quotes match nothing here; part of a value is :*'*text*'. */
    filter?: string;
    /** Buckets of a date_range aggregate, which cannot do without. */
    date_ranges?: readonly AggregateDateRangeInput[] | AggregateDateRangeInput;
    /** Most buckets to answer. */
    size?: number;
    /** Buckets to skip. */
    from?: number;
    /** Order of the buckets, field|asc or field|desc. The service is known to ignore it. */
    sort?: string;
    body?: never;
}

/** Input of get_notification_groups_aggregation_v2. */
export interface GetNotificationGroupsAggregationV2InputByBody {
    type?: never;
    field?: never;
    name?: never;
    filter?: never;
    date_ranges?: never;
    size?: never;
    from?: never;
    sort?: never;
    /** The whole request body in place of the named inputs: one aggregate, or a list of several. */
    body: readonly (Record<string, unknown>)[] | Record<string, unknown>;
}

/** Input of get_notification_groups_v2. */
export interface GetNotificationGroupsV2Input {
    /** Ids of the groups, from query_notification_groups_v2. More than 100 are asked for in parts. */
    ids: readonly string[] | string;
    parameters?: never;
}

/** Input of get_notification_groups_v2. */
export interface GetNotificationGroupsV2InputByParameters {
    ids?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of get_rtr_file_metadata. */
export interface GetRtrFileMetadataInput {
    /** Agent id of the host, 32 hex digits: in an alert, or in analysis_results.hosts of a case. */
    aid: string;
    /** Absolute path on the host, in its own notation, such as C:\Temp\a.exe or /tmp/a. */
    file_path: string;
    body?: never;
}

/** Input of get_rtr_file_metadata. */
export interface GetRtrFileMetadataInputByBody {
    aid?: never;
    file_path?: never;
    /** Whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

/** What Real Time Response found at the path asked for. */
export interface RtrFileMetadata {
    /** Name of the file. */
    file_name?: string;
    /** Size as text, such as 114.8 KB. */
    file_size?: string;
}

/** Input of get_sla_aggregations. */
export interface GetSlaAggregationsInput {
    /** `terms` makes a bucket of each value of the field, `date_range` one of each of date_ranges. */
    type: "terms" | "date_range";
    /** Field to count by: name, id, cid, created_by_name, updated_by_name, created_timestamp, updated_timestamp. */
    field: string;
    /** Name that the result carries, to tell several aggregates apart. */
    name?: string;
    /** FQL over the same fields: only what matches is counted. `~` and a * inside plain quotes match nothing here; part of a value is :*'*text*'. */
    filter?: string;
    /** Buckets of a date_range aggregate, which cannot do without. */
    date_ranges?: readonly AggregateDateRangeInput[] | AggregateDateRangeInput;
    /** Most buckets to answer. */
    size?: number;
    /** Buckets to skip. */
    from?: number;
    /** Order of the buckets, field|asc or field|desc. The service is known to ignore it. */
    sort?: string;
    body?: never;
}

/** Input of get_sla_aggregations. */
export interface GetSlaAggregationsInputByBody {
    type?: never;
    field?: never;
    name?: never;
    filter?: never;
    date_ranges?: never;
    size?: never;
    from?: never;
    sort?: never;
    /** The whole request body in place of the named inputs: one aggregate, or a list of several. */
    body: readonly (Record<string, unknown>)[] | Record<string, unknown>;
}

/** Input of get_slas. */
export interface GetSlasInput {
    /** Ids of the SLAs, from query_slas. More than 100 are asked for in parts. */
    ids: readonly string[] | string;
    parameters?: never;
}

/** Input of get_slas. */
export interface GetSlasInputByParameters {
    ids?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of get_template_aggregations. */
export interface GetTemplateAggregationsInput {
    /** `terms` makes a bucket of each value of the field, `date_range` one of each of date_ranges. */
    type: "terms" | "date_range";
    /** Field to count by: name, id, cid, created_by_name, updated_by_name, created_timestamp, updated_timestamp. */
    field: string;
    /** Name that the result carries, to tell several aggregates apart. */
    name?: string;
    /** FQL over the same fields: only what matches is counted. `~` and a * inside plain quotes match nothing here; part of a value is :*'*text*'. */
    filter?: string;
    /** Buckets of a date_range aggregate, which cannot do without. */
    date_ranges?: readonly AggregateDateRangeInput[] | AggregateDateRangeInput;
    /** Most buckets to answer. */
    size?: number;
    /** Buckets to skip. */
    from?: number;
    /** Order of the buckets, field|asc or field|desc. The service is known to ignore it. */
    sort?: string;
    body?: never;
}

/** Input of get_template_aggregations. */
export interface GetTemplateAggregationsInputByBody {
    type?: never;
    field?: never;
    name?: never;
    filter?: never;
    date_ranges?: never;
    size?: never;
    from?: never;
    sort?: never;
    /** The whole request body in place of the named inputs: one aggregate, or a list of several. */
    body: readonly (Record<string, unknown>)[] | Record<string, unknown>;
}

/** Input of get_template_snapshots. */
export interface GetTemplateSnapshotsInput {
    /** Ids of the snapshots, from query_template_snapshots or template.snapshot_id of a case. Not together with template_ids. More than 100 are asked for in parts. */
    ids?: readonly string[] | string;
    /** Ids of templates: the latest snapshot of each, unless versions says another. At most 100. */
    template_ids?: readonly string[] | string;
    /** The wanted version of each of template_ids, in the same order and as many; 0 is the latest. */
    versions?: readonly number[] | number;
    parameters?: never;
}

/** Input of get_template_snapshots. */
export interface GetTemplateSnapshotsInputByParameters {
    ids?: never;
    template_ids?: never;
    versions?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** State of a template at one of its versions. A case names its snapshot under template.snapshot_id. */
export interface TemplateSnapshot {
    /** Id of the snapshot. */
    id?: string;
    /** The template. */
    template_id?: string;
    /** Version of the template, rising with each change. */
    version?: number;
    /** The template as it was, as text that holds it serialised: to be parsed once more. */
    template?: string;
    /** Tenant (customer id) it belongs to. */
    cid?: string;
    /** Who made it. */
    created_by?: ConfigActor | null;
    /** Name of the maker, for display. */
    created_by_name?: string;
    /** When it was made. */
    created_timestamp?: string;
    /** Who changed it last. */
    updated_by?: ConfigActor | null;
    /** Name of who changed it last, for display. */
    updated_by_name?: string;
    /** When it was changed last. */
    updated_timestamp?: string;
}

/** Input of get_templates. */
export interface GetTemplatesInput {
    /** Ids of the templates, from query_templates. More than 100 are asked for in parts. */
    ids: readonly string[] | string;
    /** true: say of each template whether the caller may use it, in has_access. */
    with_has_access?: boolean;
    parameters?: never;
}

/** Input of get_templates. */
export interface GetTemplatesInputByParameters {
    ids?: never;
    with_has_access?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of import_template. */
export interface ImportTemplateInput {
    /** Path of the local file, in a directory that may be read by configuration. */
    file: string;
    /** true: the service checks the file and saves nothing. */
    dry_run?: boolean;
    /** Name that the service is told. Absent: the name of the local file. */
    file_name?: string;
    data?: never;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters?: Record<string, unknown>;
}

/** Input of import_template. */
export interface ImportTemplateInputByData {
    file?: never;
    dry_run?: never;
    /** Name that the service is told. Absent: the name of the local file. */
    file_name?: string;
    /** All fields of the form in place of the named ones; `file` in it is the path of the local file. */
    data: Record<string, unknown>;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters?: Record<string, unknown>;
}

/** Input of merge_cases. */
export interface MergeCasesInput {
    /** The case that is merged into the other. */
    source_id: string;
    /** The case that it is merged into. */
    destination_id: string;
    body?: never;
}

/** Input of merge_cases. */
export interface MergeCasesInputByBody {
    source_id?: never;
    destination_id?: never;
    /** Whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

/** Input of query_access_tags. */
export interface QueryAccessTagsInput {
    /** FQL over access tags, such as key:'legal'. Fields: key, id, cid. + is AND, a comma is OR, ! is NOT; strings in single quotes; part of a text is key:*'*text*'. */
    filter?: string;
    /** field|asc or field|desc, by key, id or cid. */
    sort?: string;
    /** Most ids a page. The service does not say what it takes when this is absent. */
    limit?: number;
    /** Token of the page to start with: `meta.pagination.after` of the page before. */
    after?: string;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    parameters?: never;
}

/** Input of query_access_tags. */
export interface QueryAccessTagsInputByParameters {
    filter?: never;
    sort?: never;
    limit?: never;
    after?: never;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of query_case_ids. */
export interface QueryCaseIdsInput {
    /** FQL over cases, such as status:'new'+severity:>=75. Fields: id, reference_id, status, severity, name, description, all_text, created_timestamp, updated_timestamp, assigned_to_uuid, assigned_to_name, created_by, tags, alerts, events, aids, hostnames, ips, usernames, email_addresses, sha256s, md5s, file_names, tactics, techniques, case_template_name, sla_name, sla_active_timer.status. + is AND, a comma is OR, ! is NOT; strings in single quotes. Owned by nobody: assigned_to_uuid:!'*'. */
    filter?: string;
    /** Free text, searched for in all that a case holds. */
    q?: string;
    /** field|asc or field|desc, by created_timestamp, updated_timestamp, severity, status, name, id, reference_id, tags, cid or assigned_to_name. An unknown field is ignored without a word. */
    sort?: string;
    /** At most so many ids a page. 0: none, but meta.pagination.total tells how many there are. */
    limit?: number;
    /** How many to skip from the top: from the newest case, or by the sort order. */
    offset?: number;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    parameters?: never;
}

/** Input of query_case_ids. */
export interface QueryCaseIdsInputByParameters {
    filter?: never;
    q?: never;
    sort?: never;
    limit?: never;
    offset?: never;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of query_fields. */
export interface QueryFieldsInput {
    /** FQL over fields, such as name:'Impact'. The service does not list the fields; the members of a field are what to try. + is AND, a comma is OR, ! is NOT; strings in single quotes; part of a text is name:*'*text*'. */
    filter?: string;
    /** Most ids a page. The service does not say what it takes when this is absent. */
    limit?: number;
    /** How many ids to skip from the top. */
    offset?: number;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    parameters?: never;
}

/** Input of query_fields. */
export interface QueryFieldsInputByParameters {
    filter?: never;
    limit?: never;
    offset?: never;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of query_file_detail_ids. */
export interface QueryFileDetailIdsInput {
    /** FQL: case_id:'ID', name:*'*report*'; also id, cid, file_size. + is AND, a comma is OR. */
    filter?: string;
    /** At most so many ids a page. */
    limit?: number;
    /** How many to skip. */
    offset?: number;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    parameters?: never;
}

/** Input of query_file_detail_ids. */
export interface QueryFileDetailIdsInputByParameters {
    filter?: never;
    limit?: never;
    offset?: never;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of query_file_details. */
export interface QueryFileDetailsInput {
    /** FQL: case_id:'ID', name:*'*report*'; also id, cid, file_size. + is AND, a comma is OR. */
    filter?: string;
    /** At most so many files a page. */
    limit?: number;
    /** How many to skip. */
    offset?: number;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many files, over all pages. */
    max_items?: number;
    parameters?: never;
}

/** Input of query_file_details. */
export interface QueryFileDetailsInputByParameters {
    filter?: never;
    limit?: never;
    offset?: never;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many files, over all pages. */
    max_items?: number;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of query_notification_groups. */
export interface QueryNotificationGroupsInput {
    /** FQL over groups, such as name:'SOC on call'. Fields: name, id, cid, created_by_name, updated_by_name, created_timestamp, updated_timestamp. + is AND, a comma is OR, ! is NOT; strings in single quotes; part of a text is name:*'*text*'. */
    filter?: string;
    /** field|asc or field|desc, by name, id, cid, created_by_name, updated_by_name, created_timestamp or updated_timestamp. */
    sort?: string;
    /** Most ids a page. The service does not say what it takes when this is absent. */
    limit?: number;
    /** How many ids to skip from the top. */
    offset?: number;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    parameters?: never;
}

/** Input of query_notification_groups. */
export interface QueryNotificationGroupsInputByParameters {
    filter?: never;
    sort?: never;
    limit?: never;
    offset?: never;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of query_notification_groups_v2. */
export interface QueryNotificationGroupsV2Input {
    /** FQL over groups, such as name:'SOC on call'. Fields: name, id, cid, created_by_name, updated_by_name, created_timestamp, updated_timestamp. + is AND, a comma is OR, ! is NOT; strings in single quotes; part of a text is name:*'*text*'. */
    filter?: string;
    /** field|asc or field|desc, by name, id, cid, created_by_name, updated_by_name, created_timestamp or updated_timestamp. */
    sort?: string;
    /** Most ids a page. The service does not say what it takes when this is absent. */
    limit?: number;
    /** How many ids to skip from the top. */
    offset?: number;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    parameters?: never;
}

/** Input of query_notification_groups_v2. */
export interface QueryNotificationGroupsV2InputByParameters {
    filter?: never;
    sort?: never;
    limit?: never;
    offset?: never;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of query_slas. */
export interface QuerySlasInput {
    /** FQL over SLAs, such as name:'High severity'. Fields: name, id, cid, created_by_name, updated_by_name, created_timestamp, updated_timestamp. + is AND, a comma is OR, ! is NOT; strings in single quotes; part of a text is name:*'*text*'. */
    filter?: string;
    /** field|asc or field|desc, by name, id, cid, created_by_name, updated_by_name, created_timestamp or updated_timestamp. */
    sort?: string;
    /** Most ids a page. The service does not say what it takes when this is absent. */
    limit?: number;
    /** How many ids to skip from the top. */
    offset?: number;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    parameters?: never;
}

/** Input of query_slas. */
export interface QuerySlasInputByParameters {
    filter?: never;
    sort?: never;
    limit?: never;
    offset?: never;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of query_template_snapshots. */
export interface QueryTemplateSnapshotsInput {
    /** FQL over snapshots, such as template_id:'ID'+version:>2. The service does not list the fields; the members of a snapshot are what to try. + is AND, a comma is OR, ! is NOT; strings in single quotes; part of a text is name:*'*text*'. */
    filter?: string;
    /** Most ids a page. The service does not say what it takes when this is absent. */
    limit?: number;
    /** How many ids to skip from the top. */
    offset?: number;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    parameters?: never;
}

/** Input of query_template_snapshots. */
export interface QueryTemplateSnapshotsInputByParameters {
    filter?: never;
    limit?: never;
    offset?: never;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of query_templates. */
export interface QueryTemplatesInput {
    /** FQL over templates, such as name:'Phishing'. Fields: name, id, cid, sla.name, fields.name, created_by.username, updated_by.username, created_by_name, updated_by_name, created_timestamp, updated_timestamp. + is AND, a comma is OR, ! is NOT; strings in single quotes; part of a text is name:*'*text*'. */
    filter?: string;
    /** field|asc or field|desc, by name, id, cid, created_by_name, updated_by_name, created_timestamp or updated_timestamp. */
    sort?: string;
    /** Most ids a page. The service does not say what it takes when this is absent. */
    limit?: number;
    /** How many ids to skip from the top. */
    offset?: number;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    parameters?: never;
}

/** Input of query_templates. */
export interface QueryTemplatesInputByParameters {
    filter?: never;
    sort?: never;
    limit?: never;
    offset?: never;
    /** true: read on to the last page and answer all in one list. */
    all?: boolean;
    /** Stop after so many ids, over all pages. */
    max_items?: number;
    /** All query parameters in place of the named ones, for what this schema does not know yet. */
    parameters: Record<string, unknown>;
}

/** Input of retrieve_rtr_file. */
export interface RetrieveRtrFileInput {
    /** Agent id of the host, 32 hex digits: in an alert, or in analysis_results.hosts of a case. */
    aid: string;
    /** Absolute path on the host, in its own notation, such as C:\Temp\a.exe or /tmp/a. */
    file_path: string;
    /** The case that gets the file. */
    case_id: string;
    /** What the file is. */
    description?: string;
    body?: never;
}

/** Input of retrieve_rtr_file. */
export interface RetrieveRtrFileInputByBody {
    aid?: never;
    file_path?: never;
    case_id?: never;
    description?: never;
    /** Whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

/** Input of retrieve_rtr_recent_file. */
export interface RetrieveRtrRecentFileInput {
    /** The RTR session that fetched the file. */
    session_id: string;
    /** SHA-256 of the file in hexadecimal, as the RTR session lists it. */
    sha256: string;
    /** The case that gets the file. */
    case_id: string;
    /** What the file is. */
    description?: string;
    /** Agent id of the host that the file came from. The service does not need it. */
    aid?: string;
    body?: never;
}

/** Input of retrieve_rtr_recent_file. */
export interface RetrieveRtrRecentFileInputByBody {
    session_id?: never;
    sha256?: never;
    case_id?: never;
    description?: never;
    aid?: never;
    /** Whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

/** Sets one custom field of the case. The field must belong to the template of the case. */
export interface CustomFieldValueInput {
    /** Id of the field: `fields[].id` of the case, or from query_fields. */
    id: string;
    /** All values the field shall have, as strings, also where the field holds a number or a time. */
    values: readonly string[] | string;
}

/** A Falcon Fusion workflow run to be shown with the case. */
export interface WorkflowRunInput {
    /** Id of the workflow definition. */
    id: string;
    /** Id of this run of it. */
    execution_id?: string;
    /** Name to show. */
    name?: string;
    /** State of the run. */
    status?: string;
}

/** The fields to change; what is not named stays as it is. Tags and evidence have actions of their own. */
export interface CaseFieldsInput {
    /** New name of the case. */
    name?: string;
    /** New description; it replaces the old one. The format stays unless description_format is given. */
    description?: string;
    /** How the description is to be read; `markdown` and `plaintext` are known. */
    description_format?: string;
    /** UUIDs of the users mentioned in the description. */
    description_tagged_users?: readonly string[];
    /** New status. A closed case is opened again with `reopened`. */
    status?: "new" | "in_progress" | "closed" | "reopened";
    /** 1 to 100: informational 1, low about 25, medium 50, high 75, critical 100. */
    severity?: number;
    /** Severity by name. The service does not publish the names; prefer the number in `severity`. */
    severity_info?: SeverityLevelInput;
    /** Falcon user who shall own the case. Not together with remove_user_assignment. */
    assigned_to_user_uuid?: string;
    /** true takes the case off its present owner. */
    remove_user_assignment?: boolean;
    /** Custom fields to set. An answer shows them as `fields`, not under this name. */
    custom_fields?: readonly CustomFieldValueInput[] | CustomFieldValueInput;
    /** Whether the SLA timers of the case run: false stops them. */
    slas_active?: boolean;
    /** The case template to use. The id alone, as a string, means the same. */
    template?: TemplateSelectorInput | string;
    /** Access tags that limit who sees the case. */
    access_tags?: readonly AccessTagSelectorInput[];
    /** Workflow runs to show with the case. */
    workflows?: readonly WorkflowRunInput[];
}

/** Input of update_case_fields. */
export interface UpdateCaseFieldsInput {
    /** The case to change. */
    id: string;
    /** The fields to change; what is not named stays as it is. Tags and evidence have actions of their own. */
    fields: CaseFieldsInput;
    /** `version` of the case as read. If it has moved on, nothing changes and the call is ABORTED. */
    expected_version?: number;
    /** `consistency.version` of the case as read. */
    expected_consistency_version?: number;
    body?: never;
}

/** Input of update_case_fields. */
export interface UpdateCaseFieldsInputByBody {
    id?: never;
    fields?: never;
    expected_version?: never;
    expected_consistency_version?: never;
    /** Whole request body. What is not under `fields` changes nothing, yet is answered with 200. */
    body: Record<string, unknown>;
}

/** Input of update_file_details. */
export interface UpdateFileDetailsInput {
    /** The file. */
    id: string;
    /** New description, in place of the old one. */
    description: string;
    body?: never;
}

/** Input of update_file_details. */
export interface UpdateFileDetailsInputByBody {
    id?: never;
    description?: never;
    /** Whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

/** Input of update_notification_group. */
export interface UpdateNotificationGroupInput {
    /** The group to change. */
    id: string;
    /** Name shown in the console. */
    name?: string;
    /** What the group is for. */
    description?: string;
    /** Where notifications go. Send the whole list: entries left out may be lost. */
    channels?: readonly NotificationChannelInput[];
    body?: never;
}

/** Input of update_notification_group. */
export interface UpdateNotificationGroupInputByBody {
    id?: never;
    name?: never;
    description?: never;
    channels?: never;
    /** The whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

/** Input of update_notification_group_v2. */
export interface UpdateNotificationGroupV2Input {
    /** The group to change. */
    id: string;
    /** Name shown in the console. */
    name?: string;
    /** What the group is for. */
    description?: string;
    /** Where notifications go. Send the whole list: entries left out may be lost. */
    channels?: readonly NotificationChannelV2Input[];
    body?: never;
}

/** Input of update_notification_group_v2. */
export interface UpdateNotificationGroupV2InputByBody {
    id?: never;
    name?: never;
    description?: never;
    channels?: never;
    /** The whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

/** Input of update_sla. */
export interface UpdateSlaInput {
    /** The SLA to change. */
    id: string;
    /** Name shown in the console. */
    name?: string;
    /** What the SLA is for. */
    description?: string;
    /** The goals: one of each kind, or only one. Send the whole list: entries left out may be lost. */
    goals?: readonly SlaGoalInput[];
    body?: never;
}

/** Input of update_sla. */
export interface UpdateSlaInputByBody {
    id?: never;
    name?: never;
    description?: never;
    goals?: never;
    /** The whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

export interface UpdateTemplateFieldsItemOptionsItem {
    /** Id of an option that is there already. Absent: a new option. */
    id?: string;
    /** The value as it is shown and stored. */
    value: string;
}

export interface UpdateTemplateFieldsItem {
    /** Id of a field that is there already. Absent: a new field. */
    id?: string;
    /** Name shown in the console. */
    name?: string;
    /** Kind of value, such as string. The service publishes no list: get_fields shows those in use. */
    data_type?: string;
    /** Form control, such as text or dropdown. No list of these is published either. */
    input_type?: string;
    /** Whether every case of the template needs a value. */
    required?: boolean;
    /** Whether the field may hold several values. */
    multivalued?: boolean;
    /** Value of a new case, as text. */
    default_value?: string;
    /** The fixed choice, for a field that has one. */
    options?: readonly UpdateTemplateFieldsItemOptionsItem[];
    /** Place in the form, lowest first. */
    display_order?: number;
}

export interface UpdateTemplateSlaRulesItem {
    /** Id of a rule that is there already. Absent: a new rule. */
    id?: string;
    /** Kind of rule. The service publishes no list: get_templates shows those in use. */
    type?: string;
    /** Which cases the rule applies to, in the form that get_templates shows. */
    condition?: string;
    /** SLA of those cases, from query_slas. */
    sla_id?: string;
}

/** Input of update_template. */
export interface UpdateTemplateInput {
    /** The template to change. */
    id: string;
    /** Name shown in the console. */
    name?: string;
    /** What the template is for. */
    description?: string;
    /** Custom fields that cases of the template have. Send the whole list: entries left out may be lost. */
    fields?: readonly UpdateTemplateFieldsItem[];
    /** SLA of every case of the template, from query_slas. */
    sla_id?: string;
    /** Rules that choose the SLA by the case. Send the whole list: entries left out may be lost. */
    sla_rules?: readonly UpdateTemplateSlaRulesItem[];
    /** Workflows offered on cases of the template. Send the whole list: entries left out may be lost. */
    workflows?: readonly TemplateWorkflowInput[];
    /** Access tags that limit who sees the template and its cases. Send the whole list: entries left out may be lost. */
    access_tags?: readonly TemplateAccessTagInput[];
    body?: never;
}

/** Input of update_template. */
export interface UpdateTemplateInputByBody {
    id?: never;
    name?: never;
    description?: never;
    fields?: never;
    sla_id?: never;
    sla_rules?: never;
    workflows?: never;
    access_tags?: never;
    /** The whole request body in place of the named inputs, for what this schema does not know yet. */
    body: Record<string, unknown>;
}

/** Input of upload_file. */
export interface UploadFileInput {
    /** Path of the local file, in a directory that may be read by configuration. */
    file: string;
    /** The case that gets the file. */
    case_id: string;
    /** Name to store the file under. Absent: the name of the local file. */
    file_name?: string;
    /** What the file is. */
    description?: string;
}
