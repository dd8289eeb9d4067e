// How a file with a thread in Skein's own form begins.

/** First member of the first line. */
export const ARCHIVE_MARK = 'skeinThread'
