/** The path under which a proxy shows this service, such as `/autoassign`. */
export interface BasePath {
  /** The path as the routes have it: without the base path, which the proxy may have removed already. */
  strip(url: string): string
}

export function createBasePath(publicUrl: URL | null): BasePath {
  const base = (publicUrl?.pathname ?? '/').replace(/\/+$/, '')
  return {
    strip(url) {
      if (base === '' || !url.startsWith(base)) return url
      const rest = url.slice(base.length)
      if (rest.startsWith('/')) return rest
      return rest === '' || rest.startsWith('?') ? `/${rest}` : url
    },
  }
}
