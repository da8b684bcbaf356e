/** Edge (memory): stores sessions, codes, grants and clients of the identity provider until the process ends. */
import type { Adapter, AdapterPayload } from "oidc-provider";

/** The records of one provider. */
export interface IdentityStore {
  /** The records of one kind, as `oidc-provider` reads and writes them. */
  adapter(kind: string): Adapter;
  /** Deletes every record of a kind, e.g. `RefreshToken`. */
  clear(kind: string): void;
}

/**
 * Creates an empty store.
 *
 * @see https://github.com/panva/node-oidc-provider/blob/main/docs/README.md#adapter
 */
export function createIdentityStore(): IdentityStore {
  const records = new Map<string, AdapterPayload>();

  function adapter(kind: string): Adapter {
    function key(id: string) {
      return `${kind}:${id}`;
    }
    async function findBy(field: "uid" | "userCode", value: string) {
      return [...records].find(([id, record]) => id.startsWith(key("")) && record[field] === value)?.[1];
    }

    return {
      upsert: async (id, record) => void records.set(key(id), record),
      find: async (id) => records.get(key(id)),
      findByUid: (uid) => findBy("uid", uid),
      findByUserCode: (userCode) => findBy("userCode", userCode),
      consume: async (id) => void Object.assign(records.get(key(id)) ?? {}, { consumed: Date.now() / 1000 }),
      destroy: async (id) => void records.delete(key(id)),
      revokeByGrantId: async (grantId) => {
        for (const [id, record] of records) if (record.grantId === grantId) records.delete(id);
      },
    };
  }
  function clear(kind: string) {
    for (const id of records.keys()) if (id.startsWith(`${kind}:`)) records.delete(id);
  }
  return { adapter, clear };
}
