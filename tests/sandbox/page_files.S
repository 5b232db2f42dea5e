/* The files of the console's page, as they stand in tests/sandbox/page/; assembled from the
 * repository's top. */
    .section .rodata

    .macro file name path
    .global sb_page_\name
    .hidden sb_page_\name
sb_page_\name:
    .incbin "\path"
    .global sb_page_\name\()_end
    .hidden sb_page_\name\()_end
sb_page_\name\()_end:
    .byte 0
    .endm

    file html "tests/sandbox/page/index.html"
    file css "tests/sandbox/page/console.css"
    file js "tests/sandbox/page/console.js"

    .section .note.GNU-stack,"",%progbits
