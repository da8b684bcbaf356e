/** Edge (memory): what the identity provider remembers (sessions, codes, grants, clients), until the process ends. */
import type { Adapter, AdapterPayload } from "oidc-provider";

/**
 * Makes the storage of one provider, in the form that `oidc-provider` asks for: one adapter per kind of record.
 *
 * @see https://github.com/panva/node-oidc-provider/blob/main/docs/README.md#adapter
 */
export const createIdentityStore = (): ((kind: string) => Adapter) => {
  const records = new Map<string, AdapterPayload>();

  return (kind) => {
    const key = (id: string) => `${kind}:${id}`;
    const findBy = async (field: "uid" | "userCode", value: string) =>
      [...records].find(([id, record]) => id.startsWith(key("")) && record[field] === value)?.[1];

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
  };
};
