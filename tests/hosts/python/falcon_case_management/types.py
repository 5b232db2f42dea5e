"""The objects that actions take and give. Made by generate.py from the plugin's actions; do not edit."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Mapping, Sequence, TypedDict, Union


class _AlertSelectorInputNeeded(TypedDict):
    id: str


class AlertSelectorInput(_AlertSelectorInputNeeded, total=False):
    """An object of the service."""

class CaseSeverityInfo(TypedDict, total=False):
    """The severity by name."""
    level: str

class CaseConsistency(TypedDict, total=False):
    """How far the service has settled after the last change."""
    consistent: bool
    version: int

class FalconUser(TypedDict, total=False):
    """A console user; null or with empty members where there is none."""
    uuid: str
    full_name: str
    email: str

class CaseTemplate(TypedDict, total=False):
    """The template that the case was made from, if any."""
    id: str
    name: str
    version: int
    snapshot_id: str

class CaseCustomField(TypedDict, total=False):
    """A field that the template gave the case, with its value."""
    id: str
    name: str
    values: Union[List[str], None]
    option_ids: Union[List[str], None]
    required: bool
    display_order: int
    snapshot_id: str

class CaseSlaTimer(TypedDict, total=False):
    """One goal of an SLA on a case. Points in time are integers (epoch; the service states no unit).
    """
    goal_id: str
    status: str
    duration_seconds: int
    time_started: int
    time_due: int
    time_paused: int
    time_completed: int
    total_pause_time: int

class CaseSlaTimers(TypedDict, total=False):
    """Both goals of the SLA."""
    acknowledgement: Union[CaseSlaTimer, None]
    resolution: Union[CaseSlaTimer, None]

class CaseSla(TypedDict, total=False):
    """The SLA that applies to a case; null or absent where none does."""
    id: str
    name: str
    snapshot_id: str
    active_timer_status: str
    active_timer_time_due: int
    timers: CaseSlaTimers

class CaseWorkflow(TypedDict, total=False):
    """Workflow of a case"""
    id: str
    execution_id: str
    status: str
    display_order: int
    snapshot_id: str

class CaseAccessTag(TypedDict, total=False):
    """Access tag of a case"""
    cid: str
    id: str
    key: str

class CaseEvidenceAlertsRecordsItemSelector(TypedDict, total=False):
    """What the record points to."""
    id: str

class CaseEvidenceAlertsRecordsItem(TypedDict, total=False):
    """An object of the service."""
    id: str
    selector: CaseEvidenceAlertsRecordsItemSelector

class CaseEvidenceAlerts(TypedDict, total=False):
    """Alerts."""
    records: List[CaseEvidenceAlertsRecordsItem]

class CaseEvidenceEventsRecordsItemSelector(TypedDict, total=False):
    """What the record points to."""
    id: str

class CaseEvidenceEventsRecordsItem(TypedDict, total=False):
    """An object of the service."""
    id: str
    selector: CaseEvidenceEventsRecordsItemSelector

class CaseEvidenceEvents(TypedDict, total=False):
    """Events."""
    records: List[CaseEvidenceEventsRecordsItem]

class CaseEvidenceLeadsRecordsItemSelector(TypedDict, total=False):
    """What the record points to."""
    id: str

class CaseEvidenceLeadsRecordsItem(TypedDict, total=False):
    """An object of the service."""
    id: str
    selector: CaseEvidenceLeadsRecordsItemSelector

class CaseEvidenceLeads(TypedDict, total=False):
    """Automated leads."""
    records: List[CaseEvidenceLeadsRecordsItem]

class CaseEvidenceUsersRecordsItemSelector(TypedDict, total=False):
    """What the record points to."""
    id: str

class CaseEvidenceUsersRecordsItem(TypedDict, total=False):
    """An object of the service."""
    id: str
    case_id: str
    selector: CaseEvidenceUsersRecordsItemSelector

class CaseEvidenceUsers(TypedDict, total=False):
    """User accounts."""
    records: List[CaseEvidenceUsersRecordsItem]

class CaseEvidenceCustomEvidenceRecordsItemValue(TypedDict, total=False):
    """The evidence itself."""
    name: str
    type: str

class CaseEvidenceCustomEvidenceRecordsItem(TypedDict, total=False):
    """An object of the service."""
    id: str
    case_id: str
    value: CaseEvidenceCustomEvidenceRecordsItemValue

class CaseEvidenceCustomEvidence(TypedDict, total=False):
    """Evidence typed in by hand in the console."""
    records: List[CaseEvidenceCustomEvidenceRecordsItem]

class CaseEvidence(TypedDict, total=False):
    """What analysts and rules attached to the case, by kind."""
    alerts: CaseEvidenceAlerts
    events: CaseEvidenceEvents
    leads: CaseEvidenceLeads
    users: CaseEvidenceUsers
    custom_evidence: CaseEvidenceCustomEvidence

class CaseAnalysisAlertsRecordsItem(TypedDict, total=False):
    """An object of the service."""
    id: str

class CaseAnalysisAlerts(TypedDict, total=False):
    """Alerts involved."""
    records: List[CaseAnalysisAlertsRecordsItem]

class CaseAnalysisEventsRecordsItem(TypedDict, total=False):
    """An object of the service."""
    id: str

class CaseAnalysisEvents(TypedDict, total=False):
    """Events involved."""
    records: List[CaseAnalysisEventsRecordsItem]

class CaseAnalysisLeadsRecordsItem(TypedDict, total=False):
    """An object of the service."""
    id: str

class CaseAnalysisLeads(TypedDict, total=False):
    """Leads involved."""
    records: List[CaseAnalysisLeadsRecordsItem]

class CaseAnalysisHostsRecordsItem(TypedDict, total=False):
    """An object of the service."""
    aid: str
    hostname: str
    agent_ip: str
    local_ip: str
    cloud_instance_id: str

class CaseAnalysisHosts(TypedDict, total=False):
    """Hosts involved."""
    records: List[CaseAnalysisHostsRecordsItem]

class CaseAnalysisUsersRecordsItem(TypedDict, total=False):
    """An object of the service."""
    username: str
    user_full_name: str
    email_addresses: List[str]
    sid: str
    user_id: str
    user_principal_id: str
    idp_user_id: str
    user_token_key_id: str

class CaseAnalysisUsers(TypedDict, total=False):
    """User accounts involved."""
    records: List[CaseAnalysisUsersRecordsItem]

class CaseAnalysisFilesRecordsItem(TypedDict, total=False):
    """An object of the service."""
    filename: str
    path: str
    sha256: str
    md5: str

class CaseAnalysisFiles(TypedDict, total=False):
    """Files seen in detections. Files attached to the case are not here: ask query_file_details.
    """
    records: List[CaseAnalysisFilesRecordsItem]

class CaseAnalysisCloudAssetsRecordsItem(TypedDict, total=False):
    """An object of the service."""
    asset_id: str
    asset_type: str
    cloud_provider: str
    account_id: str
    region: str
    availability_zone: str
    gcrn: str

class CaseAnalysisCloudAssets(TypedDict, total=False):
    """Cloud assets involved."""
    records: List[CaseAnalysisCloudAssetsRecordsItem]

class CaseAnalysis(TypedDict, total=False):
    """What Falcon derived from the evidence: the hosts, users, files and cloud assets involved."""
    alerts: CaseAnalysisAlerts
    events: CaseAnalysisEvents
    leads: CaseAnalysisLeads
    hosts: CaseAnalysisHosts
    users: CaseAnalysisUsers
    files: CaseAnalysisFiles
    cloud_assets: CaseAnalysisCloudAssets
    data_domains: List[str]

class CaseReadOnly(TypedDict, total=False):
    """Whether the case may be changed."""
    is_read_only: bool

class CaseActorWorkflow(TypedDict, total=False):
    """The workflow, when a workflow did it."""
    id: str
    execution_id: str

class CaseActor(TypedDict, total=False):
    """Who or what opened or last changed a case."""
    type: str
    user: Union[FalconUser, None]
    workflow: CaseActorWorkflow

class _CaseNeeded(TypedDict):
    id: str


class Case(_CaseNeeded, total=False):
    """A case as the service shows it after every read and write."""
    reference_id: str
    cid: str
    name: str
    description: str
    description_format: str
    description_tagged_users: Union[List[str], None]
    status: str
    severity: int
    severity_info: CaseSeverityInfo
    tags: Union[List[str], None]
    version: int
    consistency: CaseConsistency
    assigned_to: Union[FalconUser, None]
    template: Union[CaseTemplate, None]
    fields: Union[List[CaseCustomField], None]
    sla: Union[CaseSla, None]
    workflows: Union[List[CaseWorkflow], None]
    access_tags: Union[List[CaseAccessTag], None]
    evidence: CaseEvidence
    analysis_results: CaseAnalysis
    read_only: CaseReadOnly
    start_timestamp: str
    end_timestamp: Union[str, None]
    created_timestamp: str
    created_by: Union[FalconUser, None]
    creation_actor: Union[CaseActor, None]
    updated_timestamp: str
    last_updated_by: Union[FalconUser, None]
    update_actor: Union[CaseActor, None]

class _EventSelectorInputNeeded(TypedDict):
    id: str


class EventSelectorInput(_EventSelectorInputNeeded, total=False):
    """An object of the service."""

AggregateDateRangeInput = TypedDict("AggregateDateRangeInput", {"from": "str", "to": "str"}, total=False)

class AggregateQueryInputRangesItem(TypedDict, total=False):
    """An object of the service."""
    From: float
    To: float

class AggregateQueryInputRanges(TypedDict, total=False):
    """An object of the service."""
    From: float
    To: float

class AggregateQueryInputExtendedBounds(TypedDict, total=False):
    """Ends of a histogram, so that empty buckets are shown up to them."""
    min: str
    max: str

class AggregateQueryInputFiltersSpec(TypedDict, total=False):
    """Buckets by filter, for a filters aggregate."""
    filters: Mapping[str, Any]
    other_bucket: bool
    other_bucket_key: str

class AggregateSubQueryInputRangesItem(TypedDict, total=False):
    """An object of the service."""
    From: float
    To: float

class AggregateSubQueryInputRanges(TypedDict, total=False):
    """An object of the service."""
    From: float
    To: float

class AggregateSubQueryInputExtendedBounds(TypedDict, total=False):
    """Ends of a histogram, so that empty buckets are shown up to them."""
    min: str
    max: str

class AggregateSubQueryInputFiltersSpec(TypedDict, total=False):
    """Buckets by filter, for a filters aggregate."""
    filters: Mapping[str, Any]
    other_bucket: bool
    other_bucket_key: str

AggregateSubQueryInput = TypedDict("AggregateSubQueryInput", {"type": "str", "field": "str", "name": "str", "filter": "str", "q": "str", "size": "int", "from": "int", "sort": "str", "date_ranges": "Union[Sequence[AggregateDateRangeInput], AggregateDateRangeInput]", "ranges": "Union[Sequence[AggregateSubQueryInputRangesItem], AggregateSubQueryInputRanges]", "interval": "str", "extended_bounds": "AggregateSubQueryInputExtendedBounds", "time_zone": "str", "include": "str", "exclude": "str", "missing": "str", "min_doc_count": "int", "max_doc_count": "int", "percents": "Sequence[float]", "filters_spec": "AggregateSubQueryInputFiltersSpec", "sub_aggregates": "Sequence[Mapping[str, Any]]"}, total=False)

AggregateQueryInput = TypedDict("AggregateQueryInput", {"type": "str", "field": "str", "name": "str", "filter": "str", "q": "str", "size": "int", "from": "int", "sort": "str", "date_ranges": "Union[Sequence[AggregateDateRangeInput], AggregateDateRangeInput]", "ranges": "Union[Sequence[AggregateQueryInputRangesItem], AggregateQueryInputRanges]", "interval": "str", "extended_bounds": "AggregateQueryInputExtendedBounds", "time_zone": "str", "include": "str", "exclude": "str", "missing": "str", "min_doc_count": "int", "max_doc_count": "int", "percents": "Sequence[float]", "filters_spec": "AggregateQueryInputFiltersSpec", "sub_aggregates": "Union[Sequence[AggregateSubQueryInput], AggregateSubQueryInput]"}, total=False)

AggregationSubResultBucketsItem = TypedDict("AggregationSubResultBucketsItem", {"label": "Any", "count": "int", "key_as_string": "str", "from": "float", "to": "float", "string_from": "str", "string_to": "str", "value": "float", "value_as_string": "str", "sub_aggregates": "List[Dict[str, Any]]"}, total=False)

class AggregationHitsHitsItem(TypedDict, total=False):
    """An object of the service."""
    ID: str
    Score: float
    Source: str

class AggregationHits(TypedDict, total=False):
    """Best matching records, where the service gives them. It writes the names with capitals."""
    Hits: List[AggregationHitsHitsItem]
    MaxScore: float

class AggregationSubResult(TypedDict, total=False):
    """Result of a sub-aggregate, of the same form as the outer one."""
    name: str
    buckets: List[AggregationSubResultBucketsItem]
    doc_count_error_upper_bound: int
    sum_other_doc_count: int
    hits: Union[AggregationHits, None]

AggregationResultBucketsItem = TypedDict("AggregationResultBucketsItem", {"label": "Any", "count": "int", "key_as_string": "str", "from": "float", "to": "float", "string_from": "str", "string_to": "str", "value": "float", "value_as_string": "str", "sub_aggregates": "List[AggregationSubResult]"}, total=False)

class AggregationResult(TypedDict, total=False):
    """Buckets with counts. Several results need not come in the order asked: tell them apart by name.
    """
    name: str
    buckets: List[AggregationResultBucketsItem]
    doc_count_error_upper_bound: int
    sum_other_doc_count: int
    hits: Union[AggregationHits, None]

class _LeadSelectorInputNeeded(TypedDict):
    id: str


class LeadSelectorInput(_LeadSelectorInputNeeded, total=False):
    """An object of the service."""

class EvidenceSelectionInput(TypedDict, total=False):
    """What the case starts with. Alerts and events together: at most 100 a case."""
    alerts: Union[Sequence[Union[AlertSelectorInput, str]], Union[AlertSelectorInput, str]]
    events: Union[Sequence[Union[EventSelectorInput, str]], Union[EventSelectorInput, str]]
    leads: Union[Sequence[Union[LeadSelectorInput, str]], Union[LeadSelectorInput, str]]

class _TemplateSelectorInputNeeded(TypedDict):
    id: str


class TemplateSelectorInput(_TemplateSelectorInputNeeded, total=False):
    """An object of the service."""

class _SeverityLevelInputNeeded(TypedDict):
    level: str


class SeverityLevelInput(_SeverityLevelInputNeeded, total=False):
    """Severity by name. The service does not publish the names; prefer the number in `severity`.
    """

class AccessTagSelectorInput(TypedDict, total=False):
    """An access tag that limits who sees the case, named by its id or its key."""
    cid: str
    id: str
    key: str

class _NotificationChannelInputNeeded(TypedDict):
    type: Literal['email', 'slack', 'pagerduty', 'webhook']


class NotificationChannelInput(_NotificationChannelInputNeeded, total=False):
    """One way to reach people."""
    config_name: str
    config_id: str
    recipients: Sequence[str]
    severity: str

class NotificationGroupChannelsItem(TypedDict, total=False):
    """An object of the service."""
    type: Literal['email', 'slack', 'pagerduty', 'webhook']
    config_name: str
    config_id: str
    recipients: Union[List[str], None]
    severity: str

class ConfigActor(TypedDict, total=False):
    """Who made or changed a piece of configuration: a console user or an API client."""
    cid: str
    user_uuid: str
    username: str
    client_id: str

class NotificationGroup(TypedDict, total=False):
    """Channels that SLAs notify, in the deprecated form."""
    id: str
    name: str
    description: str
    cid: str
    channels: List[NotificationGroupChannelsItem]
    created_by: Union[ConfigActor, None]
    created_by_name: str
    created_timestamp: str
    updated_by: Union[ConfigActor, None]
    updated_by_name: str
    updated_timestamp: str

class _NotificationChannelV2InputNeeded(TypedDict):
    type: Literal['email', 'slack', 'pagerduty', 'webhook', 'ms_teams']


class NotificationChannelV2Input(_NotificationChannelV2InputNeeded, total=False):
    """One way to reach people."""
    config_name: str
    config_id: str
    params: Any

class NotificationGroupV2ChannelsItem(TypedDict, total=False):
    """An object of the service."""
    type: Literal['email', 'slack', 'pagerduty', 'webhook', 'ms_teams']
    config_name: str
    config_id: str
    params: str

class NotificationGroupV2(TypedDict, total=False):
    """Channels that SLAs notify."""
    id: str
    name: str
    description: str
    cid: str
    channels: List[NotificationGroupV2ChannelsItem]
    created_by: Union[ConfigActor, None]
    created_by_name: str
    created_timestamp: str
    updated_by: Union[ConfigActor, None]
    updated_by_name: str
    updated_timestamp: str

class _SlaGoalInputEscalationPolicyStepsItemNeeded(TypedDict):
    notification_group_id: str


class SlaGoalInputEscalationPolicyStepsItem(_SlaGoalInputEscalationPolicyStepsItemNeeded, total=False):
    """An object of the service."""
    escalate_after_seconds: int

class _SlaGoalInputEscalationPolicyNeeded(TypedDict):
    steps: Sequence[SlaGoalInputEscalationPolicyStepsItem]


class SlaGoalInputEscalationPolicy(_SlaGoalInputEscalationPolicyNeeded, total=False):
    """Who is told, and when. Without it the goal is only measured."""

class _SlaGoalInputNeeded(TypedDict):
    type: Literal['ack', 'resolve']
    duration_seconds: int


class SlaGoalInput(_SlaGoalInputNeeded, total=False):
    """How soon something must have happened to a case, and who is told if it has not."""
    escalation_policy: SlaGoalInputEscalationPolicy

class SlaGoalsItemEscalationPolicyStepsItem(TypedDict, total=False):
    """An object of the service."""
    escalate_after_seconds: int
    notification_group_id: str

class SlaGoalsItemEscalationPolicy(TypedDict, total=False):
    """Who is told, and when."""
    steps: Union[List[SlaGoalsItemEscalationPolicyStepsItem], None]

class SlaGoalsItem(TypedDict, total=False):
    """An object of the service."""
    type: Literal['ack', 'resolve']
    duration_seconds: int
    escalation_policy: Union[SlaGoalsItemEscalationPolicy, None]

class Sla(TypedDict, total=False):
    """Service level agreement: goals for cases, and who is told when one is at risk."""
    id: str
    name: str
    description: str
    cid: str
    goals: Union[List[SlaGoalsItem], None]
    created_by: Union[ConfigActor, None]
    created_by_name: str
    created_timestamp: str
    updated_by: Union[ConfigActor, None]
    updated_by_name: str
    updated_timestamp: str

class _CreateTemplateFieldsItemOptionsItemNeeded(TypedDict):
    value: str


class CreateTemplateFieldsItemOptionsItem(_CreateTemplateFieldsItemOptionsItemNeeded, total=False):
    """An object of the service."""

class _CreateTemplateFieldsItemNeeded(TypedDict):
    name: str
    data_type: str
    input_type: str


class CreateTemplateFieldsItem(_CreateTemplateFieldsItemNeeded, total=False):
    """An object of the service."""
    required: bool
    multivalued: bool
    default_value: str
    options: Sequence[CreateTemplateFieldsItemOptionsItem]
    display_order: int

class _CreateTemplateSlaRulesItemNeeded(TypedDict):
    type: str
    condition: str
    sla_id: str


class CreateTemplateSlaRulesItem(_CreateTemplateSlaRulesItemNeeded, total=False):
    """An object of the service."""

class _TemplateWorkflowInputNeeded(TypedDict):
    id: str


class TemplateWorkflowInput(_TemplateWorkflowInputNeeded, total=False):
    """A Fusion workflow that analysts can start from a case of the template."""
    display_order: int

class TemplateAccessTagInputTemplatesItem(TypedDict, total=False):
    """An object of the service."""
    id: str
    name: str

class TemplateAccessTagInput(TypedDict, total=False):
    """A tag that limits who sees the template and its cases. A tag from get_access_tags fits as it is.
    """
    id: str
    key: str
    cid: str
    has_access: bool
    templates: Sequence[TemplateAccessTagInputTemplatesItem]

class FieldOption(TypedDict, total=False):
    """One value of a field with a fixed choice."""
    id: str
    value: str
    created_by: Union[ConfigActor, None]
    created_by_name: str
    created_timestamp: str
    updated_by: Union[ConfigActor, None]
    updated_by_name: str
    updated_timestamp: str

class Field(TypedDict, total=False):
    """Definition of a custom field that a template gives to its cases. The value is set on the case.
    """
    id: str
    name: str
    data_type: str
    input_type: str
    required: bool
    multivalued: bool
    default_value: str
    display_order: int
    options: Union[List[FieldOption], None]
    created_by: Union[ConfigActor, None]
    created_by_name: str
    created_timestamp: str
    updated_by: Union[ConfigActor, None]
    updated_by_name: str
    updated_timestamp: str

class TemplateSlaRulesItem(TypedDict, total=False):
    """An object of the service."""
    id: str
    type: str
    condition: str
    sla_id: str
    created_by: Union[ConfigActor, None]
    created_by_name: str
    created_timestamp: str
    updated_by: Union[ConfigActor, None]
    updated_by_name: str
    updated_timestamp: str

class TemplateWorkflow(TypedDict, total=False):
    """A Fusion workflow that analysts can start from a case of the template."""
    id: str
    display_order: int

class AccessTagTemplatesItem(TypedDict, total=False):
    """An object of the service."""
    id: str
    name: str

class AccessTag(TypedDict, total=False):
    """A label that limits who sees the cases and templates that carry it."""
    id: str
    key: str
    cid: str
    has_access: bool
    templates: Union[List[AccessTagTemplatesItem], None]

class Template(TypedDict, total=False):
    """What a case starts with: custom fields, an SLA, workflows and access tags."""
    id: str
    name: str
    description: str
    cid: str
    has_access: bool
    fields: Union[List[Field], None]
    sla_id: str
    sla_method: str
    sla_rules: Union[List[TemplateSlaRulesItem], None]
    workflows: Union[List[TemplateWorkflow], None]
    access_tags: Union[List[AccessTag], None]
    created_by: Union[ConfigActor, None]
    created_by_name: str
    created_timestamp: str
    updated_by: Union[ConfigActor, None]
    updated_by_name: str
    updated_timestamp: str

class _FileDetailsNeeded(TypedDict):
    id: str


class FileDetails(_FileDetailsNeeded, total=False):
    """What the service knows of a file attached to a case."""
    case_id: str
    cid: str
    name: str
    description: str
    file_size: str
    file_size_bytes: int
    file_type: str
    hash_value: str
    source: str
    uploaded_by: str
    uploaded_on: str

class RtrFileMetadata(TypedDict, total=False):
    """What Real Time Response found at the path asked for."""
    file_name: str
    file_size: str

class TemplateSnapshot(TypedDict, total=False):
    """State of a template at one of its versions. A case names its snapshot under
    template.snapshot_id.
    """
    id: str
    template_id: str
    version: int
    template: str
    cid: str
    created_by: Union[ConfigActor, None]
    created_by_name: str
    created_timestamp: str
    updated_by: Union[ConfigActor, None]
    updated_by_name: str
    updated_timestamp: str

class _CustomFieldValueInputNeeded(TypedDict):
    id: str
    values: Union[Sequence[str], str]


class CustomFieldValueInput(_CustomFieldValueInputNeeded, total=False):
    """Sets one custom field of the case. The field must belong to the template of the case."""

class _WorkflowRunInputNeeded(TypedDict):
    id: str


class WorkflowRunInput(_WorkflowRunInputNeeded, total=False):
    """A Falcon Fusion workflow run to be shown with the case."""
    execution_id: str
    name: str
    status: str

class CaseFieldsInput(TypedDict, total=False):
    """The fields to change; what is not named stays as it is. Tags and evidence have actions of their
    own.
    """
    name: str
    description: str
    description_format: str
    description_tagged_users: Sequence[str]
    status: Literal['new', 'in_progress', 'closed', 'reopened']
    severity: int
    severity_info: SeverityLevelInput
    assigned_to_user_uuid: str
    remove_user_assignment: bool
    custom_fields: Union[Sequence[CustomFieldValueInput], CustomFieldValueInput]
    slas_active: bool
    template: Union[TemplateSelectorInput, str]
    access_tags: Sequence[AccessTagSelectorInput]
    workflows: Sequence[WorkflowRunInput]

class _UpdateTemplateFieldsItemOptionsItemNeeded(TypedDict):
    value: str


class UpdateTemplateFieldsItemOptionsItem(_UpdateTemplateFieldsItemOptionsItemNeeded, total=False):
    """An object of the service."""
    id: str

class UpdateTemplateFieldsItem(TypedDict, total=False):
    """An object of the service."""
    id: str
    name: str
    data_type: str
    input_type: str
    required: bool
    multivalued: bool
    default_value: str
    options: Sequence[UpdateTemplateFieldsItemOptionsItem]
    display_order: int

class UpdateTemplateSlaRulesItem(TypedDict, total=False):
    """An object of the service."""
    id: str
    type: str
    condition: str
    sla_id: str
