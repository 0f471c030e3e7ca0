/** Compacts the history of the etcd at this URL up to its present revision, over its JSON gateway. */
export async function compactEtcd(url: string): Promise<void> {
  const { header } = (await post(`${url}/v3/maintenance/status`, {})) as { header: { revision: string } };
  await post(`${url}/v3/kv/compaction`, { revision: header.revision, physical: true });
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
