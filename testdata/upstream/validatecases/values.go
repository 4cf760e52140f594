package main

import "strings"

var (
	long64  = strings.Repeat("a", 64)
	long254 = strings.Repeat("a", 254)

	word      = either("web", "api", "db-1", "a")
	name      = mostly(word, "", "Web", "a.b", "a_b", long64, long254, "-a", "a-", "1a", "a/b", "a%b", "..")
	subdomain = mostly(either("web", "example.com", "a.b-c.d"), "", "A.com", "a..b", ".a", "a_b", long254, "*.a", "a/b")
	qualified = mostly(either("app", "example.com/app", "a.b/C_d"), "", "/a", "a/", "a/b/c", "A.com/x", "-a", long64, "a b")
	labelText = mostly(either("web", "", "A_b.c"), "-a", "a b", long64, "a/b")
	segment   = mostly(either("web", "Deployment", "a:b"), "", ".", "..", "a/b", "a%b")
	portName  = mostly(either("http", "web-1"), "", "HTTP", "a--b", "-a", "80", "abcdefghijklmnop", "a_b")
	flag01    = either(true, false)

	small    = mostly(either(1, 2, 5, 10), 0, -1, 2147483647, -2147483648)
	port     = mostly(either(80, 443, 8080), 0, -1, 65535, 65536, 1)
	percent  = mostly(either(1, 3, "50%", "100%", "0%"), 0, -1, "101%", "50", "-1%", "a", "", "50 %", 150)
	quantity = mostly(either("1", "500m", "1Gi", "2", "100Mi", "1500m", "0.5", 4),
		"0", "-1", "1.5", "1e3", "0.5Ki", "-500m", "1.0005", "100n", "9Ei", "1000", "-2Gi", 0)
	address = mostly(either("10.96.0.7", "192.0.2.9", "2001:db8::1", "fd00::10"),
		"", "None", "10.0.0.300", "010.0.0.1", "::ffff:10.0.0.1", "127.0.0.1", "::1", "0.0.0.0", "169.254.1.1",
		"fe80::1", "224.0.0.5", "ff02::1", "FD00::0010", "a", "10.0.0.1/8")
	addresses = mostly(either("10.0.0.0/8", "192.168.1.0/24", "2001:db8::/32", "10.1.0.0/16", "0.0.0.0/0"),
		"", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0", "010.0.0.0/8", "10.0.0.0/08", "::ffff:10.0.0.0/104", "a/8",
		"2001:db8::1/32", " 10.0.0.0/8 ", "10.0.0.0/-1")
	host = mostly(either("example.com", "*.example.com", "web"),
		"", "*", "*.*.com", "a.*.com", "10.0.0.1", "::1", "Example.com", "a_b.com", long254, "*example.com")

	selector = fields(
		"matchLabels", maybe(60, named(0, 2, qualified, labelText)),
		"matchExpressions", maybe(40, some(0, 2, fields(
			"key", qualified,
			"operator", mostly(either("In", "NotIn", "Exists", "DoesNotExist"), "", "in", "Gt"),
			"values", maybe(60, some(0, 2, labelText)),
		))),
	)
)

func metadata(names value) value {
	return fields(
		"name", maybe(96, names),
		"generateName", maybe(4, mostly(either("web-", "a"), "Web-", "-", "a_", "a..")),
		"namespace", maybe(10, mostly(word, "Shop", "a.b", long64)),
		"labels", maybe(15, named(1, 2, qualified, labelText)),
		"annotations", maybe(10, named(1, 2, qualified, either("", "a", "b c"))),
		"finalizers", maybe(5, some(1, 2, mostly(either("example.com/a", "orphan", "foregroundDeletion"), "a", "", "a b"))),
		"generation", maybe(2, small),
	)
}

func object(version, kind string, names value, parts ...any) value {
	pairs := append([]any{"apiVersion", always(version), "kind", always(kind), "metadata", metadata(names)}, parts...)
	return fields(pairs...)
}
