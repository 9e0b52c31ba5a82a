/** What the court is putting together for a correction; it stays on this device until it was sent. */
export interface Asking {
  corrections: { path: string; name: string; text: string }[]
  days: number
}
export const blankAsking = (): Asking => ({ corrections: [], days: 7 })

/** The panel that is being put together for a case. */
export interface Accepting {
  /** By the accounts' names for signing in. */
  standings: Record<string, string>
}
export const blankAccepting = (): Accepting => ({ standings: {} })

/** What people of the court can be in a case, the usual first. */
export const panelStandings = { judge: ['审判长', '审判员', '人民陪审员'], clerk: ['书记员', '法官助理'] } as const

export interface Refusing {
  act: 'refuse' | 'transfer'
  reason: string
  court: string
}
export const blankRefusing = (): Refusing => ({ act: 'refuse', reason: '', court: '' })
