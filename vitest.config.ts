import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/closing-line-reporter.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          testTimeout: 60_000, // against hanging, not against slowness: a property may run beside a build
          include: ["src/**/*.test.ts", "test/support/**/*.test.ts", "test/{architecture,fixtures}/**/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "repository",
          include: ["test/repository/**/*.test.ts"],
          testTimeout: 300_000, // a fresh clone installs its packages
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: "under-fire",
          include: ["test/under-fire/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "image",
          include: ["test/image/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 600_000, // packages are fetched, and the base is made once
        },
      },
      {
        extends: true,
        test: {
          name: "gateways",
          include: ["test/gateways/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 900_000, // the first run installs the gateways
        },
      },
      {
        extends: true,
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          globalSetup: ["./test/support/control-plane/global-setup.ts"],
          sequence: { groupOrder: 1 },
          fileParallelism: false, // one API server, and webhook configurations are for all of it
          testTimeout: 60_000, // real API server, one wait of up to 30 s inside
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "permissions",
          include: ["test/permissions/**/*.test.ts"],
          sequence: { groupOrder: 2 }, // after the cluster suites, whose API servers log what it reads
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
