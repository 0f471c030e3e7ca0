/** For whoever repeats a request's own words beside a verdict: what looks like a credential is masked. */
export { withoutCredentials } from "#validate/credential.ts";
