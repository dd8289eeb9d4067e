// Addresses with blanks, as servers offer them: `demo://item/{id}`. Blanks with an operator are filled in alike.

const blank = /\{[+#./;?&]?([\w.,-]+)\*?\}/g

/** The names of the blanks, each once, in their order. */
export function blanksOf(template: string): readonly string[] {
  const names = [...template.matchAll(blank)].flatMap(([, inside]) => inside?.split(',') ?? [])
  return [...new Set(names)]
}

export function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(blank, (_, inside: string) =>
    inside
      .split(',')
      .map((name) => encodeURIComponent(values[name] ?? ''))
      .join(','),
  )
}
