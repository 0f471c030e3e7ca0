import { valueAt } from "#api/field-path.ts";
import { CONFIRMED, differs, type Echo, type Expected, jsonOf, textAt, unexpected } from "./confirmation.ts";

/**
 * LiteLLM answers `/v1/model/info` to the master key with its models. Each of its
 * file carries the hash in `model_info.config_hash`; those that somebody added to
 * its database are none of ours.
 */
export const askLiteLlm: Echo = async (instance, expected) => {
  const path = instance.path ?? "/v1/model/info";
  const answer = await instance.get(path);
  if (answer.type !== "answered") return answer;
  const models = valueAt(jsonOf(answer), ["data"]);
  if (!Array.isArray(models)) return unexpected(instance, path, "without a list of models");
  const ofFile = models.filter((model) => valueAt(model, ["model_info", "db_model"]) !== true);
  const hashes = ofFile.map((model) => textAt(model, ["model_info", "config_hash"]));
  // Without models there is nothing that could carry a hash.
  if (hashes.length === 0 && !carriesHash(expected)) return CONFIRMED;
  const other = hashes.length === 0 ? "" : hashes.find((hash) => hash !== expected.hash);
  return other === undefined ? CONFIRMED : differs(instance, path, other, expected);
};

function carriesHash({ hash, rendered: { files, secrets } }: Expected): boolean {
  return [...Object.values(files), ...Object.values(secrets)].some(
    (text) => text.includes("config_hash") && text.includes(hash),
  );
}
