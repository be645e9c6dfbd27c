/* Tries what next.rs tries, on the far side of the C ABI. */
int podsix_next(void);

int main(void) {
    return podsix_next();
}
