/** Ours, with its default transform. */
import { measureInformer } from "./measured-informer.ts";
import { startInformer } from "./started-informer.ts";

await measureInformer((url, { onAdded, onUpdated }) =>
  startInformer(url, ({ type }) => {
    if (type === "added") onAdded();
    else onUpdated();
  }),
);
