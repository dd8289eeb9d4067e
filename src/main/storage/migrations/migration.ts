// What a migration is.

export interface Migration {
  /** 1, 2, 3 … without gaps; also the `user_version` of a database that has it. */
  readonly version: number
  readonly name: string
  readonly sql: string
}
