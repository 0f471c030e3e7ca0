/** Our admission server alone. */
import { reportTo } from "./report-cpu.ts";
import { startAdmission } from "./started-admission.ts";

reportTo(process, await startAdmission());
