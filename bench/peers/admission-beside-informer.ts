/**
 * Our admission server in one process with an informer: `URL OBJECTS`. Prints the
 * port of the one, and a second line when the other has told of all objects.
 */
import { startAdmission } from "./started-admission.ts";
import { startInformer } from "./started-informer.ts";

const [url = "", objects] = process.argv.slice(2);
let added = 0;
const { port } = await startAdmission();
startInformer(url, () => {
  added += 1;
  if (added === Number(objects)) process.stdout.write("synced\n");
});
process.stdout.write(`${port}\n`);
