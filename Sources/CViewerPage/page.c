#include "CViewerPage.h"

// Embedded by the compiler (C23, also accepted in C17 by clang), so that an installed program is one file.

static const unsigned char index_html[] = {
#embed "page/index.html"
};
static const unsigned char viewer_css[] = {
#embed "page/viewer.css"
};
static const unsigned char viewer_js[] = {
#embed "page/viewer.js"
};

static const ViewerPageFile files[] = {
    {"index.html", index_html, sizeof index_html},
    {"viewer.css", viewer_css, sizeof viewer_css},
    {"viewer.js", viewer_js, sizeof viewer_js},
    {NULL, NULL, 0},
};

const ViewerPageFile *viewerPageFiles(void) { return files; }
