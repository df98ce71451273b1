"""Spreadsheets in and out: one format for the template, the export and the import.

How a capability adds a table of its own. Declare what a row says, in a module beside the others:

    class DeliveryTable(Table):
        key = "deliveries"
        title = Message("Deliveries")
        permission = Permission.DELIVERY_LOG                       # who may bring it in
        columns = (
            Column("delivery", Message("number"), Kind.NUMBER, hint=Message("Leave it empty for a new delivery.")),
            Column("on", Message("date"), Kind.DATE, required=True, example="2026-11-21"),
            Column("quantity", Message("quantity"), Kind.NUMBER, required=True, example="12,5"),
        )

        def read(self, scope):                                     # the rows of an export, as values by column
            for row in queries.deliveries(scope.alliance.id):
                yield {"delivery": Decimal(row.id), "on": row.on, "quantity": row.quantity}

        def judge_with(self, scope):                               # look everything up once, then judge row by row
            known = {row["delivery"]: row for row in self.read(scope)}

            def judge(row):
                before = known.get(row.values.get("delivery"), {})
                return planned(self, row, before, identity=row.values.get("delivery"), name=str(row.number))

            return judge

        def apply(self, scope, row, *, actor):                     # through the service, so that every rule holds once
            service.log(scope.alliance, on=row.work["on"], quantity=row.work["quantity"], actor=actor)

and name it in `offered.py`. Export, template, reading of files, preview, the marked workbook, carrying out and history
come with it. What a rule of the domain refuses while rows are judged is put beside its cell: catch `FieldRefused` and
give its `field` as the column. What it refuses only while they are carried out takes everything back.
"""
