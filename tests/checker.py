# Checks a journal by the words of docs/journal.md alone: python3 checker.py < export.jsonl
import hashlib, json, re, sys

TAIL = re.compile(rb'(.*),"hash":"([0-9a-f]{64})"}\n', re.DOTALL)


def check(lines):
    seq, prev, batch, more, number = 0, "0" * 64, 0, False, 0
    for number, line in enumerate(lines, 1):
        tail = TAIL.fullmatch(line)
        if not tail:
            return f"line {number}: does not end as a line should"
        digest = tail[2].decode()
        if hashlib.sha256(tail[1] + b"}").hexdigest() != digest:
            return f"line {number}: hash"
        fields = json.loads(line)
        if fields["v"] != 1:
            return f"line {number}: version {fields['v']} is not for this checker"
        batch = batch if more else fields["seq"]
        if (fields["seq"], fields["prev"], fields["batch"]) != (seq + 1, prev, batch):
            return f"line {number}: does not follow the line before"
        seq, prev, more = fields["seq"], digest, fields.get("more", False)
    return f"line {number}: the last batch is open" if more else f"ok {seq} {prev}"


verdict = check(sys.stdin.buffer)
print(verdict)
sys.exit(not verdict.startswith("ok"))
