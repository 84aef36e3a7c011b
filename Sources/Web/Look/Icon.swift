/// The line icons, drawn on 24 × 24.
enum Icon: String {
    case today =
        """
        <rect x="4" y="5" width="16" height="15" rx="2"/>\
        <path d="M4 10h16M9 3v4M15 3v4M8.5 14.5l2.2 2.2 4.3-4.3"/>
        """
    case list = "<path d=\"M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01\"/>"
    case me = "<circle cx=\"12\" cy=\"8\" r=\"4\"/><path d=\"M4.5 20c.8-4 3.800-6 7.500-6s6.700 2 7.500 6\"/>"
    case report = "<path d=\"M12 5v14M5 12h14\"/>"
    case telephone =
        """
        <path d="M6 3.500h3l1.700 4.300-2.200 1.600a12 12 0 0 0 6 6l1.700-2.200 4.300 1.700v3c0 \
        1.200-1 2-2.200 1.900C10.900 19.200 4.800 13.100 4.100 5.700 4 4.500 4.800 3.500 6 3.500z"/>
        """
    case board = "<path d=\"M4 5h5v14H4zM10.500 5h5v9h-5zM17 5h3v12h-3z\"/>"
    case search = "<circle cx=\"11\" cy=\"11\" r=\"6\"/><path d=\"M15.500 15.500L20 20\"/>"
    case overview = "<path d=\"M4 20V10M10 20V4M16 20v-7M21 20H3\"/>"

    /// The drawing, hidden from readers: words always stand beside it.
    var html: HTML {
        "<svg class=\"i\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">\(HTML(trusted: rawValue))</svg>"
    }
}
