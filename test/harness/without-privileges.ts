/** Permissions do not bind root, so root takes the part of nobody while `work` runs. */
export function withoutPrivileges(work: () => void): void {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}
