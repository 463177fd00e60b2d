/** The settings for who may see and do what. */
export interface AccessSettings {
  /** The tokens for the API; with none, the page says how to set one. */
  readonly tokens: readonly AccessToken[]
  /** `METRICS_TOKEN`, which gives access to the metrics and the details of `/readyz` only; `null`: there is none. */
  readonly metricsToken: string | null
  /** Addresses of proxies whose forwarded headers are trusted, such as `10.0.0.0/8`. */
  readonly trustedProxies: readonly string[]
  /** How a trusted proxy logs people in; `null`: none does. */
  readonly singleSignOn: SingleSignOn | null
  /** The page's public address; `null`: the address that this service listens on. */
  readonly publicUrl: URL | null
}

export interface AccessToken {
  /** The variable or property of the token, by which the log of acts calls its bearer. */
  readonly name: string
  readonly secret: string
  readonly role: Role
  /** The accounts that the token gives access to; `null`: all. */
  readonly accounts: readonly string[] | null
}

interface SingleSignOn {
  /** The header in which the proxy names the person, in lower case. */
  readonly userHeader: string
  /** The people who may act; all others may only look. */
  readonly operators: readonly string[]
}

/** An operator may look and act, a viewer may look. */
export type Role = 'operator' | 'viewer'

/** The sender of a request. */
export interface Identity {
  /** The name in the log of acts. */
  readonly who: string
  readonly role: Role
  /** The accounts that the sender may see; `null`: all. */
  readonly accounts: readonly string[] | null
  readonly via: 'token' | 'session' | 'single sign-on'
}
