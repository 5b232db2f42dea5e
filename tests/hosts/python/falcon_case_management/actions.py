"""A method for each action. Made by generate.py from the plugin's actions; do not edit."""


class Actions:
    """A method for each action, for those who have _act."""

    def _act(self, action, given, call):
        raise NotImplementedError

    def add_case_alert_evidence(self, *, id=None, alerts=None, body=None, call=None):
        """Add alerts to a case.

        Attaches alerts to a case and answers the case, which holds at most 100 alerts and events
        together. After a lost answer read the case first: evidence.alerts.records shows what
        arrived.

            id: The case that gets the alerts.
            alerts: Composite ids of the alerts, or {id} objects; one alone needs no list.
            body: Whole request body in place of the named inputs; here each of `alerts` is an {id}
                object.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Cases (write).
        """
        return self._act("add_case_alert_evidence", {
                "id": id, "alerts": alerts, "body": body}, call)

    def add_case_event_evidence(self, *, id=None, events=None, body=None, call=None):
        """Add events to a case.

        Attaches events to a case and answers the case, which holds at most 100 alerts and events
        together. After a lost answer read the case first: evidence.events.records shows what
        arrived.

            id: The case that gets the events.
            events: Ids of the events in LogScale, or {id} objects; one alone needs no list.
            body: Whole request body in place of the named inputs; here each of `events` is an {id}
                object.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Cases (write).
        """
        return self._act("add_case_event_evidence", {
                "id": id, "events": events, "body": body}, call)

    def add_case_tags(self, *, id=None, tags=None, body=None, call=None):
        """Add tags to a case.

        Puts tags on a case beside those it has, and answers the case. All tags of a case together
        may have 128 characters.

            id: The case to tag.
            tags: Tags to add; one alone needs no list.
            body: Whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Cases (write).
        """
        return self._act("add_case_tags", {"id": id, "tags": tags, "body": body}, call)

    def aggregates_file_details_post_v1(self, *, body=None, filter=None, ids=None, call=None):
        """Count attached files.

        Counts attached files by name, case, size and so on. `filter` chooses the files; `ids` is
        known not to. Several aggregates in one call are told apart by their name, not by their
        place.

            body: The aggregates to compute: one object, or a list of them.
            filter: FQL for all aggregates, such as case_id:['ID']; by name, case_id, id, cid or
                file_size.
            ids: Ids of files. The service is known to count all files nevertheless: use `filter`.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Cases (read).
        """
        return self._act("aggregates_file_details_post_v1", {
                "body": body, "filter": filter, "ids": ids}, call)

    def bulk_download_files(self, *, ids=None, save_as=None, body=None, call=None):
        """Download attached files as a ZIP.

        Saves several attached files as one ZIP archive to the local disk, streamed, and answers its
        path and size.

            ids: Ids of the files, from query_file_detail_ids.
            save_as: File name or path to save under, in an allowed directory. Absent: the name from
                the service.
            body: Whole request body in place of `ids`.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Cases (read).
        """
        return self._act("bulk_download_files", {
                "ids": ids, "save_as": save_as, "body": body}, call)

    def create_case(
            self, *, name=None, severity=None, description=None, status=None,
            assigned_to_user_uuid=None, tags=None, evidence=None, template=None,
            description_format=None, description_tagged_users=None, severity_info=None,
            access_tags=None, body=None, call=None):
        """Create a case.

        Opens a new case, with evidence, template, tags and owner if given. Each call opens another
        one: after a lost answer look for it first, by query_case_ids with alerts:'ID'.

            name: Name of the case.
            severity: 1 to 100: informational 1, low about 25, medium 50, high 75, critical 100.
            description: What happened, and why the case exists.
            status: Status to start with.
            assigned_to_user_uuid: Falcon user who shall own the case: the UUID, not the mail
                address. Absent: nobody.
            tags: Tags to start with; together at most 128 characters.
            evidence: What the case starts with. Alerts and events together: at most 100 a case.
            template: Template that gives the case its custom fields, SLA and workflows. An id, or
                {id}.
            description_format: How the description is to be read; `markdown` and `plaintext` are
                known.
            description_tagged_users: UUIDs of the users mentioned in the description.
            severity_info: Severity by name. The service does not publish the names; prefer the
                number in `severity`.
            access_tags: Access tags that limit who sees the case.
            body: Whole request body in place of the named inputs; it needs name and severity too.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Cases (write).
        """
        return self._act("create_case", {
                "name": name, "severity": severity, "description": description,
                "description_format": description_format,
                "description_tagged_users": description_tagged_users, "status": status,
                "assigned_to_user_uuid": assigned_to_user_uuid, "tags": tags, "evidence": evidence,
                "template": template, "severity_info": severity_info, "access_tags": access_tags,
                "body": body}, call)

    def create_notification_group(
            self, *, name=None, description=None, channels=None, body=None, call=None):
        """Create a notification group (v1).

        Creates a group of channels (email, chat, pager, webhook) that the escalation steps of SLAs
        notify. After a lost answer look first, by query_notification_groups with name:'NAME'.
        Deprecated by the service in favour of create_notification_group_v2.

            name: Name shown in the console.
            description: What the group is for.
            channels: Where notifications go.
            body: The whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Case Templates (write).
        """
        return self._act("create_notification_group", {
                "name": name, "description": description, "channels": channels, "body": body}, call)

    def create_notification_group_v2(
            self, *, name=None, description=None, channels=None, body=None, call=None):
        """Create a notification group.

        Creates a group of channels (email, chat, pager, webhook) that the escalation steps of SLAs
        notify. After a lost answer look first, by query_notification_groups_v2 with name:'NAME'.

            name: Name shown in the console.
            description: What the group is for.
            channels: Where notifications go.
            body: The whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Case Templates (write).
        """
        return self._act("create_notification_group_v2", {
                "name": name, "description": description, "channels": channels, "body": body}, call)

    def create_sla(self, *, name=None, description=None, goals=None, body=None, call=None):
        """Create an SLA.

        Creates a service level agreement: how soon cases must be taken and closed, and whom to
        notify on the way. It takes effect through a template. After a lost answer look first, by
        query_slas with name:'NAME'.

            name: Name shown in the console.
            description: What the SLA is for.
            goals: The goals: one of each kind, or only one.
            body: The whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Case Templates (write).
        """
        return self._act("create_sla", {
                "name": name, "description": description, "goals": goals, "body": body}, call)

    def create_template(
            self, *, name=None, description=None, fields=None, sla_id=None, sla_rules=None,
            workflows=None, access_tags=None, body=None, call=None):
        """Create a case template.

        Creates a case template: the custom fields, SLA, workflows and access tags that cases opened
        with it get. After a lost answer look first, by query_templates with name:'NAME'; repeating
        may make a twin.

            name: Name shown in the console.
            description: What the template is for.
            fields: Custom fields that cases of the template have.
            sla_id: SLA of every case of the template, from query_slas.
            sla_rules: Rules that choose the SLA by the case.
            workflows: Workflows offered on cases of the template.
            access_tags: Access tags that limit who sees the template and its cases.
            body: The whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Case Templates (write).
        """
        return self._act("create_template", {
                "name": name, "description": description, "fields": fields, "sla_id": sla_id,
                "sla_rules": sla_rules, "workflows": workflows, "access_tags": access_tags,
                "body": body}, call)

    def delete_case_tags(self, *, id=None, tag=None, parameters=None, call=None):
        """Remove tags from a case.

        Takes the given tags off a case and answers the case. Its other tags stay.

            id: The case to take the tags off.
            tag: Tags to remove, as `tags` of the case shows them.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Cases (write).
        """
        return self._act("delete_case_tags", {"id": id, "tag": tag, "parameters": parameters}, call)

    def delete_file_details(self, *, ids=None, parameters=None, call=None):
        """Delete attached files.

        Deletes files from their cases, content and details alike, and answers the ids deleted. It
        cannot be undone.

            ids: Ids of the files to delete. More than 100 are sent in parts.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Cases (write).
        """
        return self._act("delete_file_details", {"ids": ids, "parameters": parameters}, call)

    def delete_notification_group(self, *, ids=None, parameters=None, call=None):
        """Delete notification groups (v1).

        Deletes notification groups and answers the ids deleted; it cannot be undone. Take them out
        of the SLAs that escalate to them first. Deprecated by the service in favour of
        delete_notification_group_v2.

            ids: Ids of the groups to delete, from query_notification_groups. More than 100 are sent
                in parts.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Case Templates (write).
        """
        return self._act("delete_notification_group", {"ids": ids, "parameters": parameters}, call)

    def delete_notification_group_v2(self, *, ids=None, parameters=None, call=None):
        """Delete notification groups.

        Deletes notification groups and answers the ids deleted; it cannot be undone. Take them out
        of the SLAs that escalate to them first.

            ids: Ids of the groups to delete, from query_notification_groups_v2. More than 100 are
                sent in parts.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Case Templates (write).
        """
        return self._act("delete_notification_group_v2", {
                "ids": ids, "parameters": parameters}, call)

    def delete_sla(self, *, ids=None, parameters=None, call=None):
        """Delete SLAs.

        Deletes SLAs and answers the ids deleted; it cannot be undone. Give templates that use them
        another SLA first: what becomes of an SLA in use is not documented.

            ids: Ids of the SLAs to delete, from query_slas. More than 100 are sent in parts.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Case Templates (write).
        """
        return self._act("delete_sla", {"ids": ids, "parameters": parameters}, call)

    def delete_templates(self, *, ids=None, parameters=None, call=None):
        """Delete case templates.

        Deletes templates; it cannot be undone, so save them with export_templates first. The answer
        is a bare text that does not say what was deleted: to be sure, read them again.

            ids: Ids of the templates to delete, from query_templates; more than 100 are sent in
                parts.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Case Templates (write).
        """
        return self._act("delete_templates", {"ids": ids, "parameters": parameters}, call)

    def download_existing_files(
            self, *, id=None, save_as=None, sha256=None, parameters=None, call=None):
        """Download an attached file.

        Saves one attached file to the local disk, streamed, and answers its path and size. The file
        appears only when it is whole.

            id: The file, from query_file_details. For several use bulk_download_files.
            save_as: File name or path to save under, in an allowed directory. Absent: the name from
                the service.
            sha256: SHA-256 that the file must have, hash_value of its details. A file that has
                another is not kept. An HTML page that comes without a file name is taken for a file
                only with it.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Cases (read).
        """
        return self._act("download_existing_files", {
                "id": id, "save_as": save_as, "sha256": sha256, "parameters": parameters}, call)

    def download_files_by_post(self, *, ids=None, save_as=None, body=None, call=None):
        """Download an attached file (POST form).

        Saves an attached file to the local disk. Public clients know this form, the documentation
        does not: prefer download_existing_files, or bulk_download_files for several.

            ids: The file. One only: several might be answered with several links, and one file is
                saved.
            save_as: File name or path to save under, in an allowed directory. Absent: the name from
                the service.
            body: Whole request body in place of `ids`.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Cases (read).
        """
        return self._act("download_files_by_post", {
                "ids": ids, "save_as": save_as, "body": body}, call)

    def export_templates(
            self, *, ids=None, filter=None, format=None, save_as=None, parameters=None, call=None):
        """Export case templates.

        Saves templates as a ZIP archive on the local disk, streamed, and answers its path and size.
        import_template takes the files in it one by one.

            ids: Ids of the templates, from query_templates; at most 100 in a call.
            filter: FQL that chooses the templates, such as name:'Phishing', as in query_templates.
            format: Form of the files in the archive.
            save_as: File name or path to save under, in an allowed directory. Absent: the name from
                the service.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Case Templates (read).
        """
        return self._act("export_templates", {
                "ids": ids, "filter": filter, "format": format, "save_as": save_as,
                "parameters": parameters}, call)

    def get_access_tag_aggregations(
            self, *, type=None, field=None, name=None, filter=None, date_ranges=None, size=None,
            from_=None, sort=None, body=None, call=None):
        """Count access tags.

        Counts access tags by key, id or cid. It tells about the tags and never about what carries
        them.

            type: `terms` makes a bucket of each value of the field, `date_range` one of each of
                date_ranges.
            field: Field to count by: key, id or cid.
            name: Name that the result carries, to tell several aggregates apart.
            filter: FQL over the same fields: only what matches is counted. `~` and a * inside plain
                quotes match nothing here; part of a value is :*'*text*'.
            date_ranges: Buckets of a date_range aggregate, which cannot do without.
            size: Most buckets to answer.
            from_: Buckets to skip.
            sort: Order of the buckets, field|asc or field|desc. The service is known to ignore it.
            body: The whole request body in place of the named inputs: one aggregate, or a list of
                several.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_access_tag_aggregations", {
                "type": type, "field": field, "name": name, "filter": filter,
                "date_ranges": date_ranges, "size": size, "from": from_, "sort": sort, "body": body
                }, call)

    def get_access_tags(self, *, ids=None, with_has_access=None, parameters=None, call=None):
        """Get access tags.

        Reads access tags by id, with the templates that carry them, in the order asked. Ids that
        are not found are named in errors.

            ids: Ids of the access tags, from query_access_tags. More than 100 are asked for in
                parts.
            with_has_access: true: say of each tag whether the caller has access by it, in
                has_access.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_access_tags", {
                "ids": ids, "with_has_access": with_has_access, "parameters": parameters}, call)

    def get_cases(self, *, ids=None, body=None, call=None):
        """Get cases by id.

        Reads whole cases by their ids, in the order asked for; ids that the service does not answer
        are named. Attached files are not in a case: use query_file_details.

            ids: Ids of the cases, not their reference_id. More than 1000 are asked for in parts.
            body: Whole request body in place of `ids`; sent in one part.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Cases (read).
        """
        return self._act("get_cases", {"ids": ids, "body": body}, call)

    def get_fields(self, *, ids=None, parameters=None, call=None):
        """Get custom fields.

        Reads the definitions of custom fields by id, with the options of those that have a fixed
        choice, in the order asked. The values stand in the cases.

            ids: Ids of the fields, from query_fields. More than 100 are asked for in parts.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_fields", {"ids": ids, "parameters": parameters}, call)

    def get_file_details(self, *, ids=None, parameters=None, call=None):
        """Get details of attached files.

        Reads name, size, hash, case and description of attached files by their ids, in the order
        asked for; ids that are missing are named.

            ids: Ids of the files, from query_file_detail_ids. More than 100 are asked for in parts.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Cases (read).
        """
        return self._act("get_file_details", {"ids": ids, "parameters": parameters}, call)

    def get_notification_groups(self, *, ids=None, parameters=None, call=None):
        """Get notification groups (v1).

        Reads notification groups by id, with their channels, in the order asked. Deprecated by the
        service in favour of get_notification_groups_v2.

            ids: Ids of the groups, from query_notification_groups. More than 100 are asked for in
                parts.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_notification_groups", {"ids": ids, "parameters": parameters}, call)

    def get_notification_groups_aggregation(
            self, *, type=None, field=None, name=None, filter=None, date_ranges=None, size=None,
            from_=None, sort=None, body=None, call=None):
        """Count notification groups (v1).

        Counts notification groups by one of their own fields. It tells about configuration and
        never about notifications sent. Deprecated by the service in favour of
        get_notification_groups_aggregation_v2.

            type: `terms` makes a bucket of each value of the field, `date_range` one of each of
                date_ranges.
            field: Field to count by: name, id, cid, created_by_name, updated_by_name,
                created_timestamp, updated_timestamp.
            name: Name that the result carries, to tell several aggregates apart.
            filter: FQL over the same fields: only what matches is counted. `~` and a * inside plain
                quotes match nothing here; part of a value is :*'*text*'.
            date_ranges: Buckets of a date_range aggregate, which cannot do without.
            size: Most buckets to answer.
            from_: Buckets to skip.
            sort: Order of the buckets, field|asc or field|desc. The service is known to ignore it.
            body: The whole request body in place of the named inputs: one aggregate, or a list of
                several.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_notification_groups_aggregation", {
                "type": type, "field": field, "name": name, "filter": filter,
                "date_ranges": date_ranges, "size": size, "from": from_, "sort": sort, "body": body
                }, call)

    def get_notification_groups_aggregation_v2(
            self, *, type=None, field=None, name=None, filter=None, date_ranges=None, size=None,
            from_=None, sort=None, body=None, call=None):
        """Count notification groups.

        Counts notification groups by one of their own fields. It tells about configuration and
        never about notifications sent.

            type: `terms` makes a bucket of each value of the field, `date_range` one of each of
                date_ranges.
            field: Field to count by: name, id, cid, created_by_name, updated_by_name,
                created_timestamp, updated_timestamp.
            name: Name that the result carries, to tell several aggregates apart.
            filter: FQL over the same fields: only what matches is counted. `~` and a * inside plain
                quotes match nothing here; part of a value is :*'*text*'.
            date_ranges: Buckets of a date_range aggregate, which cannot do without.
            size: Most buckets to answer.
            from_: Buckets to skip.
            sort: Order of the buckets, field|asc or field|desc. The service is known to ignore it.
            body: The whole request body in place of the named inputs: one aggregate, or a list of
                several.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_notification_groups_aggregation_v2", {
                "type": type, "field": field, "name": name, "filter": filter,
                "date_ranges": date_ranges, "size": size, "from": from_, "sort": sort, "body": body
                }, call)

    def get_notification_groups_v2(self, *, ids=None, parameters=None, call=None):
        """Get notification groups.

        Reads notification groups by id, with their channels, in the order asked. The settings of a
        channel come as JSON text.

            ids: Ids of the groups, from query_notification_groups_v2. More than 100 are asked for
                in parts.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_notification_groups_v2", {"ids": ids, "parameters": parameters}, call)

    def get_rtr_file_metadata(self, *, aid=None, file_path=None, body=None, call=None):
        """Look at a file on a host.

        Asks the host over Real Time Response for name and size of a file, without fetching it; a
        gate before retrieve_rtr_file. The host must be online.

            aid: Agent id of the host, 32 hex digits: in an alert, or in analysis_results.hosts of a
                case.
            file_path: Absolute path on the host, in its own notation, such as C:\\Temp\\a.exe or
                /tmp/a.
            body: Whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Cases (read).
        """
        return self._act("get_rtr_file_metadata", {
                "aid": aid, "file_path": file_path, "body": body}, call)

    def get_sla_aggregations(
            self, *, type=None, field=None, name=None, filter=None, date_ranges=None, size=None,
            from_=None, sort=None, body=None, call=None):
        """Count SLAs.

        Counts SLAs by one of their own fields. It tells about configuration and never about missed
        timers: for these use query_case_ids with sla_active_timer.status:'missed'.

            type: `terms` makes a bucket of each value of the field, `date_range` one of each of
                date_ranges.
            field: Field to count by: name, id, cid, created_by_name, updated_by_name,
                created_timestamp, updated_timestamp.
            name: Name that the result carries, to tell several aggregates apart.
            filter: FQL over the same fields: only what matches is counted. `~` and a * inside plain
                quotes match nothing here; part of a value is :*'*text*'.
            date_ranges: Buckets of a date_range aggregate, which cannot do without.
            size: Most buckets to answer.
            from_: Buckets to skip.
            sort: Order of the buckets, field|asc or field|desc. The service is known to ignore it.
            body: The whole request body in place of the named inputs: one aggregate, or a list of
                several.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_sla_aggregations", {
                "type": type, "field": field, "name": name, "filter": filter,
                "date_ranges": date_ranges, "size": size, "from": from_, "sort": sort, "body": body
                }, call)

    def get_slas(self, *, ids=None, parameters=None, call=None):
        """Get SLAs.

        Reads SLAs by id, with their goals and escalations, in the order asked. How far a case has
        got is told by the case.

            ids: Ids of the SLAs, from query_slas. More than 100 are asked for in parts.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_slas", {"ids": ids, "parameters": parameters}, call)

    def get_template_aggregations(
            self, *, type=None, field=None, name=None, filter=None, date_ranges=None, size=None,
            from_=None, sort=None, body=None, call=None):
        """Count case templates.

        Counts templates by one of their own fields. It tells about configuration and never about
        cases.

            type: `terms` makes a bucket of each value of the field, `date_range` one of each of
                date_ranges.
            field: Field to count by: name, id, cid, created_by_name, updated_by_name,
                created_timestamp, updated_timestamp.
            name: Name that the result carries, to tell several aggregates apart.
            filter: FQL over the same fields: only what matches is counted. `~` and a * inside plain
                quotes match nothing here; part of a value is :*'*text*'.
            date_ranges: Buckets of a date_range aggregate, which cannot do without.
            size: Most buckets to answer.
            from_: Buckets to skip.
            sort: Order of the buckets, field|asc or field|desc. The service is known to ignore it.
            body: The whole request body in place of the named inputs: one aggregate, or a list of
                several.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_template_aggregations", {
                "type": type, "field": field, "name": name, "filter": filter,
                "date_ranges": date_ranges, "size": size, "from": from_, "sort": sort, "body": body
                }, call)

    def get_template_snapshots(
            self, *, ids=None, template_ids=None, versions=None, parameters=None, call=None):
        """Get template snapshots.

        Reads earlier states of templates: by snapshot id, or the state that templates had at a
        version. Use it to see what a template looked like when a case was opened
        (template.snapshot_id of the case).

            ids: Ids of the snapshots, from query_template_snapshots or template.snapshot_id of a
                case. Not together with template_ids. More than 100 are asked for in parts.
            template_ids: Ids of templates: the latest snapshot of each, unless versions says
                another. At most 100.
            versions: The wanted version of each of template_ids, in the same order and as many; 0
                is the latest.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_template_snapshots", {
                "ids": ids, "template_ids": template_ids, "versions": versions,
                "parameters": parameters}, call)

    def get_templates(self, *, ids=None, with_has_access=None, parameters=None, call=None):
        """Get case templates.

        Reads templates by id, with their fields, SLA, workflows and access tags, in the order
        asked. Ids that are not found are named in errors.

            ids: Ids of the templates, from query_templates. More than 100 are asked for in parts.
            with_has_access: true: say of each template whether the caller may use it, in
                has_access.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("get_templates", {
                "ids": ids, "with_has_access": with_has_access, "parameters": parameters}, call)

    def import_template(
            self, *, file=None, dry_run=None, file_name=None, data=None, parameters=None, call=None
            ):
        """Import a case template.

        Makes a template out of an exported YAML or JSON file. With dry_run the service only checks
        the file; do that first. After a lost answer look before repeating, by query_templates with
        name:'NAME'.

            file: Path of the local file, in a directory that may be read by configuration.
            dry_run: true: the service checks the file and saves nothing.
            file_name: Name that the service is told. Absent: the name of the local file.
            data: All fields of the form in place of the named ones; `file` in it is the path of the
                local file.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Case Templates (write).
        """
        return self._act("import_template", {
                "file": file, "dry_run": dry_run, "file_name": file_name, "data": data,
                "parameters": parameters}, call)

    def merge_cases(self, *, source_id=None, destination_id=None, body=None, call=None):
        """Merge one case into another.

        Merges a case into another. A public client knows this, the documentation does not: what
        becomes of the source is not stated, and no action undoes it.

            source_id: The case that is merged into the other.
            destination_id: The case that it is merged into.
            body: Whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Cases (write).
        """
        return self._act("merge_cases", {
                "source_id": source_id, "destination_id": destination_id, "body": body}, call)

    def query_access_tags(
            self, *, filter=None, sort=None, limit=None, after=None, all=None, max_items=None,
            parameters=None, call=None):
        """Search access tags.

        Finds access tags and answers their ids; get_access_tags reads the tags themselves. Pages
        follow each other by a token, not by an offset; `all` takes care of it.

            filter: FQL over access tags, such as key:'legal'. Fields: key, id, cid. + is AND, a
                comma is OR, ! is NOT; strings in single quotes; part of a text is key:*'*text*'.
            sort: field|asc or field|desc, by key, id or cid.
            limit: Most ids a page. The service does not say what it takes when this is absent.
            after: Token of the page to start with: `meta.pagination.after` of the page before.
            all: true: read on to the last page and answer all in one list.
            max_items: Stop after so many ids, over all pages.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("query_access_tags", {
                "filter": filter, "sort": sort, "limit": limit, "after": after, "all": all,
                "max_items": max_items, "parameters": parameters}, call)

    def query_case_ids(
            self, *, filter=None, q=None, sort=None, limit=None, offset=None, all=None,
            max_items=None, parameters=None, call=None):
        """Search cases.

        Finds cases and answers their ids, newest first unless sorted; get_cases reads the cases
        themselves. With no filter it finds all.

            filter: FQL over cases, such as status:'new'+severity:>=75. Fields: id, reference_id,
                status, severity, name, description, all_text, created_timestamp, updated_timestamp,
                assigned_to_uuid, assigned_to_name, created_by, tags, alerts, events, aids,
                hostnames, ips, usernames, email_addresses, sha256s, md5s, file_names, tactics,
                techniques, case_template_name, sla_name, sla_active_timer.status. + is AND, a comma
                is OR, ! is NOT; strings in single quotes. Owned by nobody: assigned_to_uuid:!'*'.
            q: Free text, searched for in all that a case holds.
            sort: field|asc or field|desc, by created_timestamp, updated_timestamp, severity,
                status, name, id, reference_id, tags, cid or assigned_to_name. An unknown field is
                ignored without a word.
            limit: At most so many ids a page. 0: none, but meta.pagination.total tells how many
                there are.
            offset: How many to skip from the top: from the newest case, or by the sort order.
            all: true: read on to the last page and answer all in one list.
            max_items: Stop after so many ids, over all pages.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Cases (read).
        """
        return self._act("query_case_ids", {
                "filter": filter, "q": q, "sort": sort, "limit": limit, "offset": offset,
                "all": all, "max_items": max_items, "parameters": parameters}, call)

    def query_fields(
            self, *, filter=None, limit=None, offset=None, all=None, max_items=None,
            parameters=None, call=None):
        """Search custom fields.

        Finds custom fields and answers their ids; get_fields reads the fields themselves. The
        service does not sort this list.

            filter: FQL over fields, such as name:'Impact'. The service does not list the fields;
                the members of a field are what to try. + is AND, a comma is OR, ! is NOT; strings
                in single quotes; part of a text is name:*'*text*'.
            limit: Most ids a page. The service does not say what it takes when this is absent.
            offset: How many ids to skip from the top.
            all: true: read on to the last page and answer all in one list.
            max_items: Stop after so many ids, over all pages.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("query_fields", {
                "filter": filter, "limit": limit, "offset": offset, "all": all,
                "max_items": max_items, "parameters": parameters}, call)

    def query_file_detail_ids(
            self, *, filter=None, limit=None, offset=None, all=None, max_items=None,
            parameters=None, call=None):
        """Search attached files, ids only.

        Finds files attached to cases and answers their ids. To get names and sizes with them at
        once use query_file_details.

            filter: FQL: case_id:'ID', name:*'*report*'; also id, cid, file_size. + is AND, a comma
                is OR.
            limit: At most so many ids a page.
            offset: How many to skip.
            all: true: read on to the last page and answer all in one list.
            max_items: Stop after so many ids, over all pages.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Cases (read).
        """
        return self._act("query_file_detail_ids", {
                "filter": filter, "limit": limit, "offset": offset, "all": all,
                "max_items": max_items, "parameters": parameters}, call)

    def query_file_details(
            self, *, filter=None, limit=None, offset=None, all=None, max_items=None,
            parameters=None, call=None):
        """Search attached files.

        Finds files attached to cases and answers their details: name, size, hash and the id to
        download by. The service gives 10 a page; `all` reads them all.

            filter: FQL: case_id:'ID', name:*'*report*'; also id, cid, file_size. + is AND, a comma
                is OR.
            limit: At most so many files a page.
            offset: How many to skip.
            all: true: read on to the last page and answer all in one list.
            max_items: Stop after so many files, over all pages.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Cases (read).
        """
        return self._act("query_file_details", {
                "filter": filter, "limit": limit, "offset": offset, "all": all,
                "max_items": max_items, "parameters": parameters}, call)

    def query_notification_groups(
            self, *, filter=None, sort=None, limit=None, offset=None, all=None, max_items=None,
            parameters=None, call=None):
        """Search notification groups (v1).

        Finds notification groups and answers their ids; get_notification_groups reads the groups
        themselves. Deprecated by the service in favour of query_notification_groups_v2.

            filter: FQL over groups, such as name:'SOC on call'. Fields: name, id, cid,
                created_by_name, updated_by_name, created_timestamp, updated_timestamp. + is AND, a
                comma is OR, ! is NOT; strings in single quotes; part of a text is name:*'*text*'.
            sort: field|asc or field|desc, by name, id, cid, created_by_name, updated_by_name,
                created_timestamp or updated_timestamp.
            limit: Most ids a page. The service does not say what it takes when this is absent.
            offset: How many ids to skip from the top.
            all: true: read on to the last page and answer all in one list.
            max_items: Stop after so many ids, over all pages.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("query_notification_groups", {
                "filter": filter, "sort": sort, "limit": limit, "offset": offset, "all": all,
                "max_items": max_items, "parameters": parameters}, call)

    def query_notification_groups_v2(
            self, *, filter=None, sort=None, limit=None, offset=None, all=None, max_items=None,
            parameters=None, call=None):
        """Search notification groups.

        Finds notification groups and answers their ids; get_notification_groups_v2 reads the groups
        themselves.

            filter: FQL over groups, such as name:'SOC on call'. Fields: name, id, cid,
                created_by_name, updated_by_name, created_timestamp, updated_timestamp. + is AND, a
                comma is OR, ! is NOT; strings in single quotes; part of a text is name:*'*text*'.
            sort: field|asc or field|desc, by name, id, cid, created_by_name, updated_by_name,
                created_timestamp or updated_timestamp.
            limit: Most ids a page. The service does not say what it takes when this is absent.
            offset: How many ids to skip from the top.
            all: true: read on to the last page and answer all in one list.
            max_items: Stop after so many ids, over all pages.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("query_notification_groups_v2", {
                "filter": filter, "sort": sort, "limit": limit, "offset": offset, "all": all,
                "max_items": max_items, "parameters": parameters}, call)

    def query_slas(
            self, *, filter=None, sort=None, limit=None, offset=None, all=None, max_items=None,
            parameters=None, call=None):
        """Search SLAs.

        Finds SLAs and answers their ids; get_slas reads the SLAs themselves. With no filter it
        finds all.

            filter: FQL over SLAs, such as name:'High severity'. Fields: name, id, cid,
                created_by_name, updated_by_name, created_timestamp, updated_timestamp. + is AND, a
                comma is OR, ! is NOT; strings in single quotes; part of a text is name:*'*text*'.
            sort: field|asc or field|desc, by name, id, cid, created_by_name, updated_by_name,
                created_timestamp or updated_timestamp.
            limit: Most ids a page. The service does not say what it takes when this is absent.
            offset: How many ids to skip from the top.
            all: true: read on to the last page and answer all in one list.
            max_items: Stop after so many ids, over all pages.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("query_slas", {
                "filter": filter, "sort": sort, "limit": limit, "offset": offset, "all": all,
                "max_items": max_items, "parameters": parameters}, call)

    def query_template_snapshots(
            self, *, filter=None, limit=None, offset=None, all=None, max_items=None,
            parameters=None, call=None):
        """Search template snapshots.

        Finds earlier states of templates and answers their ids; get_template_snapshots reads the
        states themselves. The service does not sort this list.

            filter: FQL over snapshots, such as template_id:'ID'+version:>2. The service does not
                list the fields; the members of a snapshot are what to try. + is AND, a comma is OR,
                ! is NOT; strings in single quotes; part of a text is name:*'*text*'.
            limit: Most ids a page. The service does not say what it takes when this is absent.
            offset: How many ids to skip from the top.
            all: true: read on to the last page and answer all in one list.
            max_items: Stop after so many ids, over all pages.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("query_template_snapshots", {
                "filter": filter, "limit": limit, "offset": offset, "all": all,
                "max_items": max_items, "parameters": parameters}, call)

    def query_templates(
            self, *, filter=None, sort=None, limit=None, offset=None, all=None, max_items=None,
            parameters=None, call=None):
        """Search case templates.

        Finds templates and answers their ids; get_templates reads the templates themselves. With no
        filter it finds all.

            filter: FQL over templates, such as name:'Phishing'. Fields: name, id, cid, sla.name,
                fields.name, created_by.username, updated_by.username, created_by_name,
                updated_by_name, created_timestamp, updated_timestamp. + is AND, a comma is OR, ! is
                NOT; strings in single quotes; part of a text is name:*'*text*'.
            sort: field|asc or field|desc, by name, id, cid, created_by_name, updated_by_name,
                created_timestamp or updated_timestamp.
            limit: Most ids a page. The service does not say what it takes when this is absent.
            offset: How many ids to skip from the top.
            all: true: read on to the last page and answer all in one list.
            max_items: Stop after so many ids, over all pages.
            parameters: All query parameters in place of the named ones, for what this schema does
                not know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Only reads. Scope: Case Templates (read).
        """
        return self._act("query_templates", {
                "filter": filter, "sort": sort, "limit": limit, "offset": offset, "all": all,
                "max_items": max_items, "parameters": parameters}, call)

    def retrieve_rtr_file(
            self, *, aid=None, file_path=None, case_id=None, description=None, body=None, call=None
            ):
        """Fetch a file from a host into a case.

        Fetches a file from a host over Real Time Response and attaches it to a case. Slow or
        sleeping hosts take time: poll query_file_details until it is there. Each call attaches
        another copy.

            aid: Agent id of the host, 32 hex digits: in an alert, or in analysis_results.hosts of a
                case.
            file_path: Absolute path on the host, in its own notation, such as C:\\Temp\\a.exe or
                /tmp/a.
            case_id: The case that gets the file.
            description: What the file is.
            body: Whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Cases (write).
        """
        return self._act("retrieve_rtr_file", {
                "aid": aid, "file_path": file_path, "case_id": case_id, "description": description,
                "body": body}, call)

    def retrieve_rtr_recent_file(
            self, *, session_id=None, sha256=None, case_id=None, description=None, aid=None,
            body=None, call=None):
        """Attach a file fetched earlier by RTR.

        Attaches to a case a file that a Real Time Response session (`get`) has fetched already; the
        host is not asked again. Each call attaches another copy.

            session_id: The RTR session that fetched the file.
            sha256: SHA-256 of the file in hexadecimal, as the RTR session lists it.
            case_id: The case that gets the file.
            description: What the file is.
            aid: Agent id of the host that the file came from. The service does not need it.
            body: Whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Cases (write).
        """
        return self._act("retrieve_rtr_recent_file", {
                "session_id": session_id, "sha256": sha256, "case_id": case_id,
                "description": description, "aid": aid, "body": body}, call)

    def update_case_fields(
            self, *, id=None, fields=None, expected_version=None, expected_consistency_version=None,
            body=None, call=None):
        """Change a case.

        Changes the given fields of a case and leaves the others: status, severity, owner, custom
        fields and so on. With expected_version a case that somebody changed meanwhile is refused
        instead of overwritten.

            id: The case to change.
            fields: The fields to change; what is not named stays as it is. Tags and evidence have
                actions of their own.
            expected_version: `version` of the case as read. If it has moved on, nothing changes and
                the call is ABORTED.
            expected_consistency_version: `consistency.version` of the case as read.
            body: Whole request body. What is not under `fields` changes nothing, yet is answered
                with 200.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Cases (write).
        """
        return self._act("update_case_fields", {
                "id": id, "fields": fields, "expected_version": expected_version,
                "expected_consistency_version": expected_consistency_version, "body": body}, call)

    def update_file_details(self, *, id=None, description=None, body=None, call=None):
        """Change the description of an attached file.

        Replaces the description of an attached file and answers its details. Nothing else of a file
        can be changed.

            id: The file.
            description: New description, in place of the old one.
            body: Whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Cases (write).
        """
        return self._act("update_file_details", {
                "id": id, "description": description, "body": body}, call)

    def update_notification_group(
            self, *, id=None, name=None, description=None, channels=None, body=None, call=None):
        """Change a notification group (v1).

        Changes the given parts of one notification group. Read it first and send its channels
        whole. Deprecated by the service in favour of update_notification_group_v2.

            id: The group to change.
            name: Name shown in the console.
            description: What the group is for.
            channels: Where notifications go. Send the whole list: entries left out may be lost.
            body: The whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Case Templates (write).
        """
        return self._act("update_notification_group", {
                "id": id, "name": name, "description": description, "channels": channels,
                "body": body}, call)

    def update_notification_group_v2(
            self, *, id=None, name=None, description=None, channels=None, body=None, call=None):
        """Change a notification group.

        Changes the given parts of one notification group. Read it first and send its channels
        whole.

            id: The group to change.
            name: Name shown in the console.
            description: What the group is for.
            channels: Where notifications go. Send the whole list: entries left out may be lost.
            body: The whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Case Templates (write).
        """
        return self._act("update_notification_group_v2", {
                "id": id, "name": name, "description": description, "channels": channels,
                "body": body}, call)

    def update_sla(self, *, id=None, name=None, description=None, goals=None, body=None, call=None):
        """Change an SLA.

        Changes the given parts of one SLA. Send its goals whole, with their escalations. What
        becomes of timers that run already is not documented.

            id: The SLA to change.
            name: Name shown in the console.
            description: What the SLA is for.
            goals: The goals: one of each kind, or only one. Send the whole list: entries left out
                may be lost.
            body: The whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Case Templates (write).
        """
        return self._act("update_sla", {
                "id": id, "name": name, "description": description, "goals": goals, "body": body
                }, call)

    def update_template(
            self, *, id=None, name=None, description=None, fields=None, sla_id=None, sla_rules=None,
            workflows=None, access_tags=None, body=None, call=None):
        """Change a case template.

        Changes the given parts of one template. Read it first and send each list whole: whether the
        service keeps entries that a list leaves out is not documented.

            id: The template to change.
            name: Name shown in the console.
            description: What the template is for.
            fields: Custom fields that cases of the template have. Send the whole list: entries left
                out may be lost.
            sla_id: SLA of every case of the template, from query_slas.
            sla_rules: Rules that choose the SLA by the case. Send the whole list: entries left out
                may be lost.
            workflows: Workflows offered on cases of the template. Send the whole list: entries left
                out may be lost.
            access_tags: Access tags that limit who sees the template and its cases. Send the whole
                list: entries left out may be lost.
            body: The whole request body in place of the named inputs, for what this schema does not
                know yet.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Takes something away. Scope: Case Templates (write).
        """
        return self._act("update_template", {
                "id": id, "name": name, "description": description, "fields": fields,
                "sla_id": sla_id, "sla_rules": sla_rules, "workflows": workflows,
                "access_tags": access_tags, "body": body}, call)

    def upload_file(self, *, file=None, case_id=None, file_name=None, description=None, call=None):
        """Attach a file to a case.

        Uploads a local file, streamed from disk, and attaches it to a case. Each call attaches
        another copy: after a lost answer look first, by query_file_details with case_id:'ID'.

            file: Path of the local file, in a directory that may be read by configuration.
            case_id: The case that gets the file.
            file_name: Name to store the file under. Absent: the name of the local file.
            description: What the file is.
            call: timeout, dry run, plan, idempotency key, progress; see CallOptions.

        Changes something. Scope: Cases (write).
        """
        return self._act("upload_file", {
                "file": file, "case_id": case_id, "file_name": file_name,
                "description": description}, call)


class AsyncActions(Actions):
    """The same as coroutines: _act is one."""
