"""Word lists of the retailer."""

from typing import NamedTuple


class Category(NamedTuple):
    """A subcategory with typical price (KES) and weight (kg); `direct`: share of SKUs brought straight to stores."""

    name: str
    sub: str
    vat: str
    uom: str
    price: float
    weight: float
    items: tuple[str, ...]
    direct: float


CATEGORIES = (
    Category("Staples", "Flour", "zero", "EA", 210, 2.0, ("Maize Flour 2kg", "Wheat Flour 2kg", "Uji Mix 1kg"), 0.05),
    Category(
        "Staples",
        "Rice and Pulses",
        "standard",
        "EA",
        320,
        2.0,
        ("Pishori Rice 2kg", "Green Grams 1kg", "Rosecoco Beans 1kg"),
        0.05,
    ),
    Category(
        "Staples",
        "Sugar and Oil",
        "standard",
        "EA",
        380,
        2.0,
        ("White Sugar 2kg", "Cooking Oil 2L", "Cooking Fat 1kg"),
        0.05,
    ),
    Category("Dairy", "Milk", "exempt", "EA", 65, 0.5, ("Fresh Milk 500ml", "Long Life Milk 500ml", "Mala 500ml"), 0.7),
    Category(
        "Dairy", "Butter and Cheese", "standard", "EA", 520, 0.4, ("Butter 500g", "Cheddar 250g", "Yoghurt 450ml"), 0.5
    ),
    Category(
        "Fresh",
        "Vegetables",
        "exempt",
        "EA",
        90,
        0.6,
        ("Sukuma Wiki Bunch", "Tomatoes 1kg", "Onions 1kg", "Cabbage"),
        0.9,
    ),
    Category("Fresh", "Bakery", "zero", "EA", 70, 0.4, ("White Bread 400g", "Brown Bread 400g", "Buns 6 pieces"), 0.9),
    Category(
        "Beverages",
        "Tea and Coffee",
        "standard",
        "EA",
        260,
        0.3,
        ("Tea Leaves 250g", "Tea Bags 100", "Ground Coffee 200g"),
        0.05,
    ),
    Category(
        "Beverages",
        "Soft Drinks",
        "standard",
        "EA",
        110,
        1.2,
        ("Cola 1.25L", "Orange Juice 1L", "Water 1L", "Ginger Soda 500ml"),
        0.3,
    ),
    Category(
        "Household", "Cleaning", "standard", "EA", 240, 1.0, ("Bar Soap 800g", "Detergent 1kg", "Bleach 750ml"), 0.05
    ),
    Category(
        "Household",
        "Paper",
        "standard",
        "EA",
        180,
        0.5,
        ("Toilet Paper 10 rolls", "Kitchen Towel 2 rolls", "Serviettes 100"),
        0.05,
    ),
    Category(
        "Personal Care",
        "Bath",
        "standard",
        "EA",
        190,
        0.3,
        ("Bath Soap 175g", "Body Lotion 400ml", "Shampoo 400ml"),
        0.05,
    ),
    Category(
        "Personal Care",
        "Baby",
        "standard",
        "EA",
        1150,
        1.5,
        ("Diapers 44", "Baby Wipes 80", "Baby Porridge 500g"),
        0.05,
    ),
    Category(
        "Stationery", "School", "standard", "EA", 120, 0.3, ("Exercise Books 10", "Ball Pens 12", "Geometry Set"), 0.05
    ),
    Category(
        "Electronics", "Accessories", "standard", "EA", 900, 0.2, ("USB Charger", "Earphones", "Power Bank 10Ah"), 0.02
    ),
    Category(
        "Kitchen", "Cookware", "standard", "EA", 1600, 1.4, ("Sufuria Set", "Frying Pan", "Thermos Flask 1L"), 0.02
    ),
)
# Share of full demand per month for categories with a season of their own; all others 1.
SEASONS: dict[str, tuple[float, ...]] = {
    "Stationery": (1.0, 0.5, 0.4, 0.5, 0.9, 0.4, 0.4, 0.8, 0.7, 0.4, 0.3, 0.4),
    "Beverages": (1.0, 1.0, 0.95, 0.85, 0.8, 0.75, 0.75, 0.8, 0.85, 0.9, 0.9, 1.0),
    "Electronics": (0.6, 0.6, 0.65, 0.65, 0.65, 0.65, 0.65, 0.65, 0.7, 0.75, 0.95, 1.0),
    "Kitchen": (0.6, 0.6, 0.65, 0.7, 0.75, 0.7, 0.7, 0.75, 0.75, 0.75, 0.85, 1.0),
}
BRANDS = (
    "Jabali", "Savanna", "Mara", "Tausi", "Bahari", "Kilele", "Nuru", "Simba", "Zawadi", "Upendo", "Rafiki", "Asili",
    "Twiga", "Mwangaza", "Pwani", "Baraka", "Jua", "Imara", "Neema", "Chui",
)  # fmt: skip
COUNTIES: tuple[tuple[str, float, float], ...] = (
    ("Nairobi", -1.286389, 36.817223), ("Mombasa", -4.043477, 39.668206), ("Kisumu", -0.091702, 34.767956),
    ("Nakuru", -0.303099, 36.080026), ("Uasin Gishu", 0.514277, 35.269779), ("Kiambu", -1.171389, 36.835556),
    ("Machakos", -1.517684, 37.263415), ("Nyeri", -0.420126, 36.947553), ("Meru", 0.046680, 37.655892),
    ("Kakamega", 0.282731, 34.751862), ("Kajiado", -1.852400, 36.776800), ("Kilifi", -3.630700, 39.849900),
)  # fmt: skip
FIRST_NAMES = (
    "Wanjiku", "Achieng", "Kamau", "Otieno", "Njeri", "Mutua", "Chebet", "Kiprono", "Amina", "Hassan", "Wambui",
    "Odhiambo", "Nyambura", "Kariuki", "Atieno", "Kiptoo", "Mwende", "Barasa", "Naliaka", "Juma", "Zawadi",
    "Brian", "Faith", "Kevin", "Mercy", "Dennis", "Joyce", "Peter", "Grace", "Samuel", "Esther", "Daniel",
)  # fmt: skip
LAST_NAMES = (
    "Mwangi", "Ochieng", "Kimani", "Wafula", "Koech", "Njoroge", "Omondi", "Mutiso", "Kiplagat", "Abdi",
    "Maina", "Onyango", "Cheruiyot", "Muthoni", "Wekesa", "Ndungu", "Auma", "Rotich", "Musyoka", "Waweru",
    "Kibet", "Were", "Gitau", "Ali",
)  # fmt: skip
SUPPLIER_WORDS = (
    "Highland", "Rift Valley", "Coast", "Lakeside", "Tana", "Athi", "Longonot", "Kipepeo", "Mau", "Aberdare",
    "Chyulu", "Sagana", "Elgon", "Turkana", "Amboseli", "Tsavo", "Kericho", "Limuru", "Naivasha", "Malindi", "Lamu",
    "Voi", "Thika", "Embu",
)  # fmt: skip
SUPPLIER_TRADES = ("Millers", "Dairies", "Growers", "Distributors", "Traders", "Industries", "Foods", "Supplies")
SUPPLIER_FORMS = ("Limited", "Ltd", "PLC", "Company Limited")
INCOTERMS = ("DAP", "DDP", "EXW", "FCA")
SUPPLIER_TIERS = ("strategic", "preferred", "approved", "trial")
PRODUCT_STATUS = ("active", "discontinued")
SITE_STATUS = ("active", "maintenance")
ABC = ("A", "B", "C")
WAREHOUSE_TYPES = ("dc", "dark_store", "store_room")
SEGMENTS = ("household", "small_shop", "office", "student")
LOYALTY = ("none", "bronze", "silver", "gold")
ACQUISITION = ("walk_in", "referral", "social", "search", "agent")
CHANNELS = ("web", "app", "till")
PAYMENTS = ("mpesa", "card", "cash", "airtel_money")
CARRIERS = ("counter", "own_rider", "boda_partner", "parcel_partner")
ORDER_STATUS = ("placed", "paid", "shipped", "delivered", "cancelled")
SHIPMENT_STATUS = ("", "in_transit", "delivered")
RETURN_REASONS = ("damaged", "wrong_item", "not_as_described", "expired", "changed_mind")
RETURN_STATUS = ("", "received", "refunded")
PO_STATUS = ("approved", "sent", "partially_received", "received", "cancelled")
INVOICE_STATUS = ("", "open", "paid")
CURRENCIES = ("KES", "USD", "EUR", "CNY")
FX_BASE = (129.2, 150.4, 18.05)  # KES for one unit of the foreign currencies, on the way around which rates walk
COUNTRIES = ("KE", "AE", "NL", "CN")  # where suppliers of each currency sit
