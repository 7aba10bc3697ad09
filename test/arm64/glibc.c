/* What Debian's libstdc++ asks of glibc and musl does not have. Debian has no libstdc++ that was built with musl, as OpenWrt's
 * libstdcpp6 is: with these few functions its own one runs on musl. For tests alone. */
typedef unsigned long size_t;
extern unsigned long getauxval(unsigned long);
extern long getrandom(void *, size_t, unsigned);
extern size_t strftime_l(char *, size_t, const char *, const void *, void *);
char __libc_single_threaded = 0;
int __cxa_thread_atexit_impl(void (*end)(void *), void *object, void *of) { return 0; }
unsigned long __getauxval(unsigned long type) { return getauxval(type); }
int _dl_find_object(void *at, void *found) { return -1; }
size_t __strftime_l(char *to, size_t max, const char *format, const void *time, void *locale)
{
	return strftime_l(to, max, format, time, locale);
}
unsigned arc4random(void)
{
	unsigned number;
	getrandom(&number, sizeof number, 0);
	return number;
}
