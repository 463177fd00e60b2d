/** Who may see and do what. */
export interface AccessSettings {
  /** What opens the API; none: the page says how to set one. */
  readonly tokens: readonly AccessToken[]
  /** `METRICS_TOKEN`, which opens the metrics and the details of `/readyz` alone, or `null`: there is none. */
  readonly metricsToken: string | null
  /** Addresses of proxies whose forwarded headers count, such as `10.0.0.0/8`. */
  readonly trustedProxies: readonly string[]
  /** How people are logged in by a trusted proxy; `null`: they are not. */
  readonly singleSignOn: SingleSignOn | null
  /** Where people reach the page, or `null`: at the address that this service listens on. */
  readonly publicUrl: URL | null
}

export interface AccessToken {
  /** The variable or property that it comes from: what the log of actions calls its bearer. */
  readonly name: string
  readonly secret: string
  readonly role: Role
  /** The accounts that it opens; `null`: all of them. */
  readonly accounts: readonly string[] | null
}

interface SingleSignOn {
  /** The header in which the proxy names the person, in lower case. */
  readonly userHeader: string
  /** Who may act; all others only look. */
  readonly operators: readonly string[]
}

/** An operator may look and act, a viewer may look. */
export type Role = 'operator' | 'viewer'

/** Who makes a request. */
export interface Identity {
  /** As the log of actions names them. */
  readonly who: string
  readonly role: Role
  /** The accounts that they may see; `null`: all of them. */
  readonly accounts: readonly string[] | null
  readonly via: 'token' | 'session' | 'single sign-on'
}
