import type { AccountSettings } from '../config/accounts/read-accounts.ts'
import type { Config } from '../config/config.ts'
import type { AccessSettings, AccessToken, Role } from '../http/access/contract.ts'

/** Reads from the variables and the accounts' own tokens who may see and do what. */
export function accessSettingsOf(config: Config, accounts: readonly AccountSettings[]): AccessSettings {
  const { SSO_USER_HEADER, SSO_OPERATORS, PUBLIC_URL } = config
  const tokens = [
    tokenOf('ADMIN_TOKEN', config.ADMIN_TOKEN, 'operator', null),
    tokenOf('VIEWER_TOKEN', config.VIEWER_TOKEN, 'viewer', null),
    ...accounts.flatMap(({ name, adminToken, viewerToken }) => [
      tokenOf(`adminToken of ${name}`, adminToken, 'operator', [name]),
      tokenOf(`viewerToken of ${name}`, viewerToken, 'viewer', [name]),
    ]),
  ]
  return {
    tokens: tokens.filter((token) => token !== null),
    metricsToken: config.METRICS_TOKEN ?? null,
    trustedProxies: listOf(config.TRUSTED_PROXY),
    singleSignOn:
      SSO_USER_HEADER === undefined
        ? null
        : { userHeader: SSO_USER_HEADER.toLowerCase(), operators: listOf(SSO_OPERATORS) },
    publicUrl: PUBLIC_URL === undefined ? null : new URL(PUBLIC_URL),
  }
}

function tokenOf(
  name: string,
  secret: string | null | undefined,
  role: Role,
  accounts: readonly string[] | null,
): AccessToken | null {
  return secret == null ? null : { name, secret, role, accounts }
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').flatMap((part) => part.trim() || [])
}
