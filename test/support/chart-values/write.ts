import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHART, chartValues } from "./documented-values.ts";
import { withValuesTable } from "./values-table.ts";

/** What `npm run generate` does for the chart's README. */
const README = join(CHART, "README.md");

if (import.meta.main) writeFileSync(README, withValuesTable(readFileSync(README, "utf8"), chartValues()));
