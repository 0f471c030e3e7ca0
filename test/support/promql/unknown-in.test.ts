import { expect, test } from "vitest";
import { readExposition } from "./exposition.ts";
import { unknownIn } from "./unknown-in.ts";

const SHOWN = readExposition(
  [
    "# HELP requests_total Requests.",
    "# TYPE requests_total counter",
    'requests_total{webhook="/validate",code="200"} 3',
    'requests_total{webhook="/validate",code="500"} 0',
    "# TYPE expiry_seconds gauge",
    "expiry_seconds Nan",
    "# TYPE never gauge",
    'took_bucket{le="0.1",path="a\\"b"} 1',
  ].join("\n"),
);

test("the text format is read, with families that have no series", () => {
  expect(SHOWN.families).toEqual(["requests_total", "expiry_seconds", "never"]);
  expect(SHOWN.series.get("took_bucket")).toEqual([{ le: "0.1", path: 'a\\"b' }]);
});

test.each([
  'sum by (code) (rate(requests_total{job="j", webhook="/validate", code=~"5.."}[5m])) > 0.01',
  "min(expiry_seconds) < 14 * 86400",
  "histogram_quantile(0.99, sum by (le, pod) (rate(took_bucket[5m]))) > 1",
  'absent(up{job="j"} == 1)',
  "(max(expiry_seconds) or vector(0)) == 0",
])("nothing is unknown in %s", (text) => {
  expect(unknownIn(text, SHOWN)).toEqual([]);
});

test.each([
  ["sum(rate(request_total[5m]))", "nobody shows the metric request_total"],
  ["sum(never)", "nobody shows the metric never"],
  ['requests_total{kode="200"}', "requests_total has no label kode"],
  ['requests_total{code="404"}', 'requests_total is never shown with code="404"'],
  ["sum by (verdict) (requests_total)", "no series of it has the label verdict"],
  ["sum(rate(requests_total[5m])", "it is not PromQL from 28: "],
  ["sum by code (requests_total)", "it is not PromQL from 7: code (requests_total)"],
  ["1 > 0", "it reads no series"],
])("in %s it is told that %s", (text, fault) => {
  expect(unknownIn(text, SHOWN)).toContain(fault);
});
