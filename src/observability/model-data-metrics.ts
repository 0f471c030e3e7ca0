import { Gauge, type Registry } from "prom-client";

/** What alerts need to know of the model data: whether it is there, and how old it is. */
export interface ModelDataMetrics {
  /** It is, and was true at this instant, in milliseconds since the epoch. */
  loaded(date: number): void;
}

export function modelDataMetrics(registry: Registry): ModelDataMetrics {
  const isLoaded = new Gauge({
    name: "gatehouse_model_data_loaded",
    help: "Whether model data is in use (1), or was faulty and the rules that need it are off (0).",
    registers: [registry],
  });
  const timestamp = new Gauge({
    name: "gatehouse_model_data_timestamp_seconds",
    help: "The day on which the model data in use was true.",
    registers: [registry],
  });
  isLoaded.set(0);
  return {
    loaded(date) {
      isLoaded.set(1);
      timestamp.set(date / 1000);
    },
  };
}
