interface ColorDefinition {
  readonly background: string
  readonly foreground: string
}

type Palette = Readonly<Record<string, ColorDefinition>>

/** The colours as recorded in 2026; the foreground is the same for all. */
export const eventColors: Palette = paletteOf(
  '#a4bdfc #7ae7bf #dbadff #ff887c #fbd75b #ffb878 #46d6db #e1e1e1 #5484ed #51b749 #dc2127',
)

export const calendarColors: Palette = paletteOf(
  '#ac725e #d06b64 #f83a22 #fa573c #ff7537 #ffad46 #42d692 #16a765 #7bd148 #b3dc6c #fbe983 #fad165 ' +
    '#92e1c0 #9fe1e7 #9fc6e7 #4986e7 #9a9cff #b99aff #c2c2c2 #cabdbf #cca6ac #f691b2 #cd74e6 #a47ae2',
)

function paletteOf(backgrounds: string): Palette {
  const colors = backgrounds.split(' ').map((background) => ({ background, foreground: '#1d1d1d' }))
  return Object.fromEntries(colors.map((color, index) => [String(index + 1), color]))
}
