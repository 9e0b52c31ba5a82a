export type Media = 'image' | 'pdf' | 'audio' | 'video'
/** Degrees clockwise by which a page is shown turned; its bytes stay as they are. */
export type Turn = 0 | 90 | 180 | 270

/** A page as it is looked at. */
export interface Shown {
  media: Media
  url: string
  name: string
  turn?: Turn
}
