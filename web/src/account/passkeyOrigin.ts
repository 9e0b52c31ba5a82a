/** Whether this browser has passkeys at all; those inside of other apps mostly have none. */
export const canPasskey = () => typeof PublicKeyCredential === 'function'

/** The origin under which this site's passkeys are used, '' where it has none. Any port of localhost is the one that this page has. */
export function passkeyOrigin(configured: string | undefined): string {
  return (configured ?? '').replace(':*', location.port ? `:${location.port}` : '')
}
