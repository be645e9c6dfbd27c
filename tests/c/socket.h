/* Sockets of the tests' own, beside the library's: Winsock or POSIX. Include it after check.h. */
#ifndef SOCKET_H
#define SOCKET_H

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
typedef SOCKET Socket;
#define close_socket closesocket
#define OS_REFUSED WSAECONNREFUSED
#else
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>
typedef int Socket;
#define close_socket close
#define OS_REFUSED ECONNREFUSED
#endif

/* A port of 127.0.0.1, in network byte order inside. */
static inline struct sockaddr_in local_port(int port)
{
    struct sockaddr_in name;
    memset(&name, 0, sizeof name);
    name.sin_family = AF_INET;
    name.sin_port = htons((uint16_t)port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return name;
}

static inline Socket new_socket(void)
{
#ifdef _WIN32
    WSADATA data;
    CHECK(WSAStartup(0x0202, &data) == 0);
#endif
    Socket s = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(s != (Socket)-1);
    return s;
}

/* Its other end sees a reset. */
static inline void reset_socket(Socket s)
{
    struct linger at_once = { 1, 0 };
    CHECK(setsockopt(s, SOL_SOCKET, SO_LINGER, (const char *)&at_once, sizeof at_once) == 0);
    close_socket(s);
}

#endif
