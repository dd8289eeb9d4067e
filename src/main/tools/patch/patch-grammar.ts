// How the patch tool is offered to a model: what it is for, and the grammar that its text must follow.

export const PATCH_DESCRIPTION = `Changes files. The text is a patch: one or more files to add, delete or update between the lines '*** Begin Patch' and '*** End Patch'.

*** Add File: path            every following line starts with + and is a line of the new file
*** Delete File: path
*** Update File: path         optionally followed by *** Move to: new path, then by chunks

A chunk starts with @@, or with @@ and a line of the file that stands above the change, such as the head of a function. Its lines start with a blank (unchanged), - (removed) or + (added). Give about three unchanged lines around each change, exactly as they are in the file. *** End of File closes a chunk at the end of the file. Paths are relative to the working folder.`

export const PATCH_GRAMMAR = `start: "*** Begin Patch" NL file+ "*** End Patch" NL?

file: added | deleted | updated

added: "*** Add File: " PATH NL content*
content: "+" REST NL

deleted: "*** Delete File: " PATH NL

updated: "*** Update File: " PATH NL moved? chunk+
moved: "*** Move to: " PATH NL
chunk: place+ line+ closing?
place: "@@" (" " REST)? NL
line: SIGN REST NL
closing: "*** End of File" NL

SIGN: " " | "-" | "+"
PATH: /[^\\n]+/
REST: /[^\\n]*/
NL: "\\n"
`
