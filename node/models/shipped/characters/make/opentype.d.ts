/** The part of opentype.js that is used here. (The types from DefinitelyTyped would bring the DOM's into this project.) */
declare module 'opentype.js' {
  export interface BoundingBox {
    readonly x1: number
    readonly y1: number
    readonly x2: number
    readonly y2: number
  }
  /** One step of an outline, as in SVG. */
  export type PathCommand =
    | { readonly type: 'M' | 'L'; readonly x: number; readonly y: number }
    | { readonly type: 'Q'; readonly x1: number; readonly y1: number; readonly x: number; readonly y: number }
    | {
        readonly type: 'C'
        readonly x1: number
        readonly y1: number
        readonly x2: number
        readonly y2: number
        readonly x: number
        readonly y: number
      }
    | { readonly type: 'Z' }
  export interface Path {
    readonly commands: readonly PathCommand[]
    getBoundingBox(): BoundingBox
  }
  export interface Glyph {
    /** 0 where the font has no such character. */
    readonly index: number
    getPath(x: number, y: number, fontSize: number): Path
  }
  export interface Font {
    charToGlyph(character: string): Glyph
  }
  const opentype: { parse(buffer: ArrayBuffer): Font }
  export default opentype
}
